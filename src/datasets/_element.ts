/** Element types of arrays in files. */

import { type NumberReader, numberReader } from "../images/mod.ts";

/** An element type. */
export interface ElementType {
  /** Bytes per element. */
  readonly size: number;
  /** Type of the samples in an image; `bool` becomes 0 and 255. */
  readonly kept: "bool" | "uint8" | "uint16" | "float32";
  /** Whether the bytes equal those of the kept type on this machine. */
  readonly native: boolean;
  readonly read: NumberReader;
}

/** The type of NumPy's kind letter, `b`, `u`, `i` or `f`, and size; undefined for all others. */
export function elementType(kind: string, size: number, little: boolean): ElementType | undefined {
  const read = numberReader(`${kind === "b" ? "u" : kind}${size}`, little);
  if (!read || kind === "b" && size !== 1) return undefined;
  const kept = kind === "b"
    ? "bool"
    : kind === "u" && size <= 2
    ? size === 1 ? "uint8" : "uint16"
    : "float32";
  const native = kept === "uint8" ||
    little === LITTLE && (kept === "uint16" || kind === "f" && size === 4);
  return { size, kept, native, read };
}

/** Whether this machine is little-endian. */
export const LITTLE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
