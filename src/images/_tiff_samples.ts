/** Samples of a TIFF as numbers. */

import type { TiffLayout } from "./_tiff_layout.ts";
import { numberReader } from "./number_reader.ts";

/** A function that reads sample `i` of the row that starts at byte `row` of a segment. */
export function sampleReader(
  raw: Uint8Array,
  layout: TiffLayout,
): (row: number, i: number) => number {
  const { bits, format } = layout;
  const little = layout.little && layout.predictor !== 3;
  const size = bits / 8;
  const read = numberReader(`${["", "u", "i", "f"][format]}${size}`, little);
  if (!read) return (row, i) => readBits(raw, row, i * bits, bits);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return (row, i) => read(view, row + size * i);
}

/** `bits` bits from bit `start` of a row on, high bits first. */
function readBits(raw: Uint8Array, row: number, start: number, bits: number): number {
  const at = row + (start >> 3);
  const word = ((raw[at] as number) << 16) | ((raw[at + 1] ?? 0) << 8) | (raw[at + 2] ?? 0);
  return (word >> (24 - bits - (start & 7))) & ((1 << bits) - 1);
}
