/** A safetensors file that knows its own checksum, so that one changed byte is found. */

import { createHash } from "node:crypto";
import { StrayError } from "../errors.ts";
import { decodeSafetensors, encodeSafetensors, type TensorFile } from "./safetensors.ts";

/** What stands in place of the digest while the digest is computed. */
const BLANK = "0".repeat(64);
const KEY = '"checksum":"';

/** Where the digest starts in the file. It is in the metadata, which come first. */
function digestOffset(bytes: Uint8Array): number {
  // The metadata's other strings have their quotes escaped, so the key cannot be found in one.
  const found = new TextDecoder("latin1").decode(bytes).indexOf(KEY);
  return found < 0 ? -1 : found + KEY.length;
}

/** SHA-256 of the bytes with the digest blanked out. */
function digest(bytes: Uint8Array, at: number): string {
  return createHash("sha256")
    .update(bytes.subarray(0, at))
    .update(BLANK)
    .update(bytes.subarray(at + BLANK.length))
    .digest("hex");
}

/**
 * Writes tensors in the safetensors format with a SHA-256 of the whole file among the metadata
 * (`checksum`, computed with zeros in its place).
 *
 * @param file Tensors, and strings for the header.
 * @returns The file's bytes.
 * @throws {TypeError} If a tensor has not as many values as its shape says.
 */
export function encodeSealed({ tensors, metadata }: TensorFile): Uint8Array<ArrayBuffer> {
  const bytes = encodeSafetensors({ tensors, metadata: { checksum: BLANK, ...metadata } });
  const at = digestOffset(bytes.subarray(0, KEY.length + 256));
  new TextEncoder().encodeInto(digest(bytes, at), bytes.subarray(at));
  return bytes;
}

/**
 * Reads what `encodeSealed` wrote.
 *
 * @param bytes The file's bytes.
 * @param name The file's name, for errors.
 * @param format What `metadata.format` must be.
 * @returns Tensors and metadata.
 * @throws {StrayError} `model` If it is of another format, cut short, or any byte was changed.
 */
export function decodeSealed(bytes: Uint8Array, name: string, format: string): TensorFile {
  const file = decodeSafetensors(bytes, name);
  const refuse = (what: string, hint: string): never => {
    throw new StrayError("model", `Cannot read the model "${name}" as ${what}`, { hint });
  };
  const found = file.metadata["format"];
  if (found !== format) {
    refuse(
      `its format must be "${format}": current value is ${found ? `"${found}"` : "missing"}`,
      "give a file that this version of stray wrote for this purpose",
    );
  }
  const checksum = file.metadata["checksum"] ?? "";
  const at = digestOffset(bytes.subarray(0, KEY.length + 256));
  if (at < 0 || checksum !== digest(bytes, at)) {
    refuse("its checksum does not match: some of its bytes were changed", "copy or train it again");
  }
  return file;
}
