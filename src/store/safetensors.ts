/**
 * The safetensors format: named tensors behind a JSON header.
 *
 * Eight bytes hold the header's length N (little-endian); N bytes of JSON follow, then the tensors'
 * bytes without gaps. Source: github.com/huggingface/safetensors, "Format".
 */

import { cutText, StrayError } from "../errors.ts";
import { firstBytes } from "../images/mod.ts";
import type { StoredValues } from "../models/mod.ts";
import { sharedBytes } from "../shared_bytes.ts";

/** A tensor of float32 numbers or bytes, row-major. */
export type StoredTensor = StoredValues;

/** A tensor of float32 numbers. */
export type NumberTensor = StoredTensor & { readonly data: Float32Array };

/** Whether a tensor holds numbers. */
export function isOfNumbers(tensor: StoredTensor): tensor is NumberTensor {
  return tensor.data instanceof Float32Array;
}

/** Contents of a safetensors file. */
export interface TensorFile {
  /** Tensors by name, in the file's order. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Free strings in the header. */
  readonly metadata: Readonly<Record<string, string>>;
}

const METADATA = "__metadata__";
const ALIGNMENT = 8;
/** Bytes per value, by the name of the type. */
const TYPES: Readonly<Record<string, number>> = { F32: 4, U8: 1 };
/** `{`, the first byte of every header. */
const BRACE = 0x7b;

/**
 * Encodes tensors; the same tensors give the same bytes.
 *
 * @param file Tensors, and strings for the header.
 * @returns Bytes of the file.
 * @throws {TypeError} If a tensor's number of values does not match its shape.
 */
export function encodeSafetensors({ tensors, metadata }: TensorFile): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { [METADATA]: metadata };
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    const size = shape.reduce((a, b) => a * b, 1);
    if (size !== data.length) {
      throw new TypeError(
        `Cannot store "${name}" as it must have ${size} values: current number is ${data.length}`,
      );
    }
    const dtype = data instanceof Uint8Array ? "U8" : "F32";
    header[name] = { dtype, shape, data_offsets: [offset, offset += data.byteLength] };
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(8 + length + offset);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(length), true);
  bytes.fill(0x20, 8, 8 + length);
  bytes.set(json, 8);
  let at = 8 + length;
  for (const { data } of tensors.values()) {
    // Every machine that Deno runs on is little-endian, as the format is.
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

interface Entry {
  readonly dtype: string;
  readonly shape: number[];
  readonly data_offsets: [number, number];
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isStrings(value: unknown): value is Record<string, string> {
  return typeof value === "object" && value !== null &&
    Object.values(value).every((text) => typeof text === "string");
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== "object" || value === null) return false;
  const { dtype, shape, data_offsets: offsets } = value as Partial<Entry>;
  return typeof dtype === "string" && Array.isArray(shape) && shape.every(isCount) &&
    Array.isArray(offsets) && offsets.length === 2 && offsets.every(isCount);
}

/** The kind of a file that `train` writes. */
export type FileKind = "model" | "checkpoint";

/**
 * Decodes tensors, checking everything.
 *
 * @param bytes Bytes of the file.
 * @param name Name of the file, for errors.
 * @param kind The kind of file, for errors. @default {"model"}
 * @returns Tensors, in memory that threads can share, and metadata.
 * @throws {StrayError} `model` If the file is truncated, damaged, or holds other types than float32 and bytes.
 */
export function decodeSafetensors(
  bytes: Uint8Array,
  name: string,
  kind: FileKind = "model",
): TensorFile {
  const refuse = (what: string, cause?: unknown): never => {
    throw new StrayError("model", `Cannot read the ${kind} "${name}" as ${cutText(what, 300)}`, {
      hint: `the file is damaged or not a ${kind}: copy it or train it again`,
      cause,
    });
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8) refuse(`it must have at least 8 bytes: current length is ${bytes.length}`);
  if (bytes.length > 8 && bytes[8] !== BRACE) {
    throw new StrayError(
      "model",
      `Cannot read the ${kind} "${name}" as it must be a ${kind} file: its first bytes are ` +
        firstBytes(bytes),
      { hint: `give a file that train${kind === "model" ? "" : " --checkpoint"} wrote` },
    );
  }
  const length = Number(view.getBigUint64(0, true));
  if (length > bytes.length - 8) {
    refuse(`its header must have ${length} bytes: current number is ${bytes.length - 8}`);
  }
  let header: Record<string, unknown> = {};
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, 8 + length));
    header = JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    refuse("its header must be JSON", cause);
  }
  const metadata = header[METADATA] ?? {};
  if (!isStrings(metadata)) return refuse("its metadata must be strings");
  const start = 8 + length;
  const tensors = new Map<string, StoredTensor>();
  let expected = 0;
  for (const [key, entry] of Object.entries(header)) {
    if (key === METADATA) continue;
    if (!isEntry(entry)) return refuse(`the entry of "${key}" must have dtype, shape and offsets`);
    const [from, to] = entry.data_offsets;
    const size = entry.shape.reduce((a, b) => a * b, 1);
    const width = TYPES[entry.dtype];
    if (width === undefined) {
      return refuse(`"${key}" must be F32 or U8: current dtype is ${entry.dtype}`);
    }
    if (from !== expected) refuse(`"${key}" must start at ${expected}: current offset is ${from}`);
    if (to - from !== width * size) {
      refuse(
        `"${key}" must have ${width * size} bytes for its shape: current number is ${to - from}`,
      );
    }
    if (start + to > bytes.length) {
      refuse(`it must have ${start + to} bytes for "${key}": current length is ${bytes.length}`);
    }
    const own = sharedBytes(to - from);
    own.set(bytes.subarray(start + from, start + to));
    const data = width === 1 ? own : new Float32Array(own.buffer);
    tensors.set(key, { shape: entry.shape, data });
    expected = to;
  }
  if (start + expected !== bytes.length) {
    refuse(`it must end at byte ${start + expected}: current length is ${bytes.length}`);
  }
  return { tensors, metadata };
}
