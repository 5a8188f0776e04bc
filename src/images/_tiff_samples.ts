/** Samples of a TIFF as numbers. */

import type { TiffLayout } from "./_tiff_layout.ts";

/** Reads sample `i` of the row that starts at byte `row`. */
type SampleReader = (row: number, i: number) => number;

/** A reader for the samples of a segment; 64-bit integers are rounded to a double. */
export function sampleReader(raw: Uint8Array, layout: TiffLayout): SampleReader {
  const { bits, format } = layout;
  const little = layout.little && layout.predictor !== 3;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  if (format === 3) {
    if (bits === 16) return (row, i) => view.getFloat16(row + 2 * i, little);
    if (bits === 32) return (row, i) => view.getFloat32(row + 4 * i, little);
    return (row, i) => view.getFloat64(row + 8 * i, little);
  }
  if (format === 2) {
    if (bits === 8) return (row, i) => view.getInt8(row + i);
    if (bits === 16) return (row, i) => view.getInt16(row + 2 * i, little);
    if (bits === 32) return (row, i) => view.getInt32(row + 4 * i, little);
    return (row, i) => Number(view.getBigInt64(row + 8 * i, little));
  }
  if (bits === 8) return (row, i) => raw[row + i] as number;
  if (bits === 16) return (row, i) => view.getUint16(row + 2 * i, little);
  if (bits === 32) return (row, i) => view.getUint32(row + 4 * i, little);
  if (bits === 64) return (row, i) => Number(view.getBigUint64(row + 8 * i, little));
  return (row, i) => readBits(raw, row, i * bits, bits);
}

/** `bits` bits from bit `start` of a row on, high bits first. */
function readBits(raw: Uint8Array, row: number, start: number, bits: number): number {
  const at = row + (start >> 3);
  const word = ((raw[at] as number) << 16) | ((raw[at + 1] ?? 0) << 8) | (raw[at + 2] ?? 0);
  return (word >> (24 - bits - (start & 7))) & ((1 << bits) - 1);
}
