/** One strip or tile of a TIFF: compressed bytes to rows of samples. */

import { inflateSync } from "node:zlib";
import { damaged, type DecoderContext, oversized } from "./_limits.ts";
import { unpackLzw } from "./_lzw.ts";
import type { TiffLayout } from "./_tiff_layout.ts";

/** Samples per pixel within one segment. */
export function samplesPerSegment({ planar, samples }: TiffLayout): number {
  return planar ? 1 : samples;
}

/** Bytes per row of a segment. */
export function segmentRowBytes(layout: TiffLayout): number {
  return Math.ceil((layout.segment.width * samplesPerSegment(layout) * layout.bits) / 8);
}

/**
 * Reads `rows` rows of segment `index`, with compression and predictor undone.
 *
 * Samples keep the byte order of the file, but are big-endian after predictor 3.
 */
export function readSegment(
  bytes: Uint8Array,
  layout: TiffLayout,
  index: number,
  rows: number,
  context: DecoderContext,
): Uint8Array {
  const rowBytes = segmentRowBytes(layout);
  const needed = rows * rowBytes;
  const at = layout.offsets[index] as number;
  const size = layout.sizes[index] ?? (layout.compression === 1 ? needed : bytes.length - at);
  if (at + size > bytes.length) {
    throw damaged(
      context,
      `it is truncated: its pixels end at byte ${at + size}, the file at byte ${bytes.length}`,
    );
  }
  const stored = bytes.subarray(at, at + size);
  const packed = layout.reversed ? stored.map(reverseBits) : stored;
  const raw = unpack(packed, layout, needed, layout.segment.height * rowBytes, context);
  if (raw.length < needed) {
    throw damaged(context, `it is truncated: a strip holds ${raw.length} of ${needed} bytes`);
  }
  if (layout.predictor === 1) return raw;
  const own = layout.compression === 1 ? raw.slice(0, needed) : raw;
  if (layout.predictor === 2) addDifferences(own, rows, rowBytes, layout);
  else for (let y = 0; y < rows; y++) joinFloatBytes(own, y * rowBytes, rowBytes, layout);
  return own;
}

/** The byte with its bits in the opposite order. */
function reverseBits(byte: number): number {
  let reversed = 0;
  for (let bit = 0; bit < 8; bit++) reversed |= ((byte >> bit) & 1) << (7 - bit);
  return reversed;
}

function unpack(
  packed: Uint8Array,
  layout: TiffLayout,
  needed: number,
  maxBytes: number,
  context: DecoderContext,
): Uint8Array {
  if (layout.compression === 1) return packed;
  if (layout.compression === 5) return unpackLzw(packed, needed, context);
  // Deflate compresses at most 1 : 1032, PackBits 1 : 64.
  if (needed > packed.length * 1032 + 1024) throw oversized(context);
  if (layout.compression === 32773) return unpackBits(packed, needed);
  try {
    const raw = inflateSync(packed, { maxOutputLength: maxBytes });
    return new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength);
  } catch (error) {
    const reason = (error as Error).message || "unknown error";
    throw damaged(context, `its compressed data are damaged or truncated: ${reason}`, error);
  }
}

/** Decodes PackBits; the result is shorter than `needed` if the data end early. */
function unpackBits(packed: Uint8Array, needed: number): Uint8Array {
  const out = new Uint8Array(needed);
  let to = 0;
  for (let at = 0; at < packed.length && to < needed;) {
    const control = packed[at++] as number;
    if (control < 128) {
      const part = packed.subarray(at, at + Math.min(control + 1, needed - to));
      out.set(part, to);
      to += part.length;
      at += control + 1;
    } else if (control > 128 && at < packed.length) {
      const end = Math.min(to + 257 - control, needed);
      out.fill(packed[at++] as number, to, end);
      to = end;
    }
  }
  return out.subarray(0, to);
}

/** Undoes predictor 2: each sample is the difference from the pixel to the left. */
function addDifferences(raw: Uint8Array, rows: number, rowBytes: number, layout: TiffLayout): void {
  const { bits, little } = layout;
  const size = bits / 8;
  const step = samplesPerSegment(layout) * size;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  for (let y = 0; y < rows; y++) {
    const end = (y + 1) * rowBytes;
    for (let i = y * rowBytes + step; i < end; i += size) {
      const left = i - step;
      if (size === 1) raw[i] = (raw[i] as number) + (raw[left] as number);
      else if (size === 2) {
        view.setUint16(i, view.getUint16(i, little) + view.getUint16(left, little), little);
      } else if (size === 4) {
        view.setUint32(i, view.getUint32(i, little) + view.getUint32(left, little), little);
      } else {
        view.setBigUint64(
          i,
          view.getBigUint64(i, little) + view.getBigUint64(left, little),
          little,
        );
      }
    }
  }
}

/** Undoes predictor 3: differences of bytes, with all first bytes of a row before all second. */
function joinFloatBytes(
  raw: Uint8Array,
  start: number,
  rowBytes: number,
  layout: TiffLayout,
): void {
  const row = raw.subarray(start, start + rowBytes);
  const step = samplesPerSegment(layout);
  for (let i = step; i < rowBytes; i++) row[i] = (row[i] as number) + (row[i - step] as number);
  const planes = row.slice();
  const size = layout.bits / 8;
  const count = rowBytes / size;
  for (let i = 0, to = 0; i < count; i++) {
    for (let k = 0; k < size; k++) row[to++] = planes[k * count + i] as number;
  }
}
