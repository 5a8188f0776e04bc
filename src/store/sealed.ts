/** Safetensors files with a checksum of themselves, which finds any changed byte. */

import { createHash } from "node:crypto";
import { cutText, StrayError } from "../errors.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  type FileKind,
  type TensorFile,
} from "./safetensors.ts";

/** Placeholder of the digest while the digest is computed. */
const BLANK = "0".repeat(64);
const KEY = '"checksum":"';

/** Offset of the digest in the file, whose metadata come first; -1 if there is none. */
function digestOffset(bytes: Uint8Array): number {
  // Quotes within the metadata's strings are escaped, so none contains the key.
  const found = new TextDecoder("latin1").decode(bytes).indexOf(KEY);
  return found < 0 ? -1 : found + KEY.length;
}

/** SHA-256 of the bytes with the placeholder for the digest. */
function digest(bytes: Uint8Array, at: number): string {
  return createHash("sha256")
    .update(bytes.subarray(0, at))
    .update(BLANK)
    .update(bytes.subarray(at + BLANK.length))
    .digest("hex");
}

/**
 * Encodes tensors as safetensors, with a SHA-256 of the whole file in the metadata (`checksum`,
 * computed with zeros in its place).
 *
 * @param file Tensors, and strings for the header.
 * @returns Bytes of the file.
 * @throws {TypeError} If a tensor's number of values does not match its shape.
 */
export function encodeSealed({ tensors, metadata }: TensorFile): Uint8Array<ArrayBuffer> {
  const bytes = encodeSafetensors({ tensors, metadata: { checksum: BLANK, ...metadata } });
  const at = digestOffset(bytes.subarray(0, KEY.length + 256));
  new TextEncoder().encodeInto(digest(bytes, at), bytes.subarray(at));
  return bytes;
}

/**
 * Decodes a file of {@linkcode encodeSealed}.
 *
 * @param bytes Bytes of the file.
 * @param name Name of the file, for errors.
 * @param format Required value of `metadata.format`.
 * @param kind The kind of file, for errors. @default {"model"}
 * @returns Tensors and metadata.
 * @throws {StrayError} `model` If the format is another, or any byte is missing or changed.
 */
export function decodeSealed(
  bytes: Uint8Array,
  name: string,
  format: string,
  kind: FileKind = "model",
): TensorFile {
  const file = decodeSafetensors(bytes, name, kind);
  const refuse = (what: string, hint: string): never => {
    throw new StrayError("model", `Cannot read the ${kind} "${name}" as ${what}`, { hint });
  };
  const found = file.metadata["format"];
  if (found !== format) {
    refuse(
      `its format must be "${format}": current value is ${
        found ? `"${cutText(found, 60)}"` : "missing"
      }`,
      "give a file that this version of stray wrote for this purpose",
    );
  }
  const checksum = file.metadata["checksum"] ?? "";
  const at = digestOffset(bytes.subarray(0, KEY.length + 256));
  if (at < 0 || checksum !== digest(bytes, at)) {
    refuse("its checksum does not match: some bytes have changed", "copy it or train it again");
  }
  return file;
}
