/**
 * TIFF: the first page; strips and tiles, plain or packed by LZW, deflate or PackBits. Plain
 * TypeScript and node:zlib, needs no permission.
 *
 * Not by a library. geotiff 3.0.5 knows the most, but reads big-endian files with differences, or
 * with many strips, wrong without a word (its issues 543 and 535), paints a strip of no bytes black,
 * and fills a gigabyte with one of 100 damaged LZW streams; guarded against all that it takes as many
 * lines as this. tiff 7.1.3 reads no PackBits, no bilevel images, no planes, no 32-bit integers, no
 * predictor 3 and no BigTIFF; utif2 4.1.0 gives what it has of a file that is cut short without a word.
 * Milliseconds for 640 x 480 of 16 bits on one core, the best of many short runs, Deno 2.9.6:
 *
 * | packed by | here | geotiff | tiff 7.1.3 | Pillow 9.4 |
 * | --------- | ---- | ------- | ---------- | ---------- |
 * | nothing   | 0.08 | 3.6     | 0.4        | 0.3        |
 * | LZW       | 4.2  | 37      | 63         | 2.0        |
 * | deflate   | 2.8  | 8.8     | 6.5        | 1.7        |
 * | PackBits  | 0.35 | 6.8     | not read   | 0.4        |
 */

import { replaceNonFinite } from "./finite.ts";
import { damaged, type DecoderContext } from "./_limits.ts";
import { orient } from "./_orient.ts";
import { readDirectory } from "./_tiff_directory.ts";
import { readLayout, type TiffLayout } from "./_tiff_layout.ts";
import { sampleReader } from "./_tiff_samples.ts";
import { readSegment, samplesPerSegment, segmentRowBytes } from "./_tiff_segment.ts";
import type { Image, Samples } from "./image.ts";

/**
 * Decodes the first page of a TIFF.
 *
 * Unsigned samples of up to 8 bits are spread over 0..255, those of up to 16 bits over 0..65535;
 * all others become float32 as they are. Samples of a pixel that are neither colour nor alpha are
 * left out, with a note.
 */
export function decodeTiff(bytes: Uint8Array, context: DecoderContext): Image {
  const directory = readDirectory(bytes, context);
  const layout = readLayout(directory, context);
  const { width, height, bits, format, photometric } = layout;
  const colours = photometric === 2 ? 3 : 1;
  const hasAlpha = layout.alpha === 1 || layout.alpha === 2;
  const channels = (hasAlpha ? colours + 1 : colours) as 1 | 2 | 3 | 4;
  const white = format === 1 && bits <= 8 ? 255 : format === 1 && bits <= 16 ? 65535 : 1;
  const factor = white === 1 || photometric === 3 ? 1 : white / (2 ** bits - 1);
  const data = readPixels(bytes, layout, channels, white, factor, context);
  const notes: string[] = [];
  if (directory.more) notes.push("it has further pages, left out");
  const left = layout.samples - channels;
  if (left > 0) notes.push(`${left} further samples a pixel are left out`);
  if (data instanceof Float32Array) notes.push(...replaceNonFinite(data, context));
  const said = notes.length > 0 ? { notes } : {};
  if (photometric === 3) {
    const painted = applyColourMap(data, channels, bits, directory.tag(320));
    if (painted === undefined) throw damaged(context, "its colour map is too short");
    const image = { width, height, channels: hasAlpha ? 4 : 3, data: painted, white: 255 } as const;
    return orient({ ...image, ...said }, layout.orientation);
  }
  if (photometric === 0) {
    for (let i = 0; i < data.length; i += channels) data[i] = white - (data[i] as number);
  }
  if (layout.alpha === 1) divideByAlpha(data, channels, white);
  return orient({ width, height, channels, data, white, ...said }, layout.orientation);
}

function readPixels(
  bytes: Uint8Array,
  layout: TiffLayout,
  channels: number,
  white: number,
  factor: number,
  context: DecoderContext,
): Samples {
  const { width, height, segment, planar } = layout;
  const inSegment = samplesPerSegment(layout);
  const rowBytes = segmentRowBytes(layout);
  const total = layout.offsets.length * segment.height * rowBytes;
  if (layout.compression === 1 && Math.min(total, height * rowBytes) > bytes.length) {
    throw damaged(context, "it is cut short: its data cannot hold as many pixels as it claims");
  }
  const size = width * height * channels;
  const data = white === 255
    ? new Uint8Array(size)
    : white === 65535
    ? new Uint16Array(size)
    : new Float32Array(size);
  // Samples that need no change are copied as bytes, row by row.
  const direct = layout.bits === 8 * data.BYTES_PER_ELEMENT &&
    (white === 1) === (layout.format === 3) &&
    channels === (planar ? 1 : inSegment);
  const out = new Uint8Array(data.buffer);
  const pixelBytes = channels * data.BYTES_PER_ELEMENT;
  const across = Math.ceil(width / segment.width);
  const perPlane = across * Math.ceil(height / segment.height);
  for (let plane = 0; plane < (planar ? channels : 1); plane++) {
    for (let i = 0; i < perPlane; i++) {
      const x0 = (i % across) * segment.width;
      const y0 = Math.floor(i / across) * segment.height;
      const rows = Math.min(segment.height, height - y0);
      const columns = Math.min(segment.width, width - x0);
      const raw = readSegment(bytes, layout, plane * perPlane + i, rows, context);
      if (direct) {
        for (let y = 0; y < rows; y++) {
          const row = raw.subarray(y * rowBytes, y * rowBytes + columns * pixelBytes);
          out.set(row, ((y0 + y) * width + x0) * pixelBytes);
        }
        continue;
      }
      const read = sampleReader(raw, layout);
      const used = planar ? 1 : channels;
      for (let y = 0; y < rows; y++) {
        let to = ((y0 + y) * width + x0) * channels + plane;
        for (let x = 0; x < columns; x++, to += channels) {
          for (let c = 0; c < used; c++) {
            data[to + c] = read(y * rowBytes, x * inSegment + c) * factor;
          }
        }
      }
    }
  }
  const little = layout.little && layout.predictor !== 3;
  if (direct && !little) swapBytes(out, data.BYTES_PER_ELEMENT);
  return data;
}

/** Turns big-endian samples into those of this machine, in place (Deno runs on no other kind). */
function swapBytes(bytes: Uint8Array, size: number): void {
  if (size === 1) return;
  for (let i = 0; i < bytes.length; i += size) {
    for (let low = i, high = i + size - 1; low < high; low++, high--) {
      const byte = bytes[low] as number;
      bytes[low] = bytes[high] as number;
      bytes[high] = byte;
    }
  }
}

/** Colours of 16 bits for indices, cut to 8; `undefined` if the map is too short. */
function applyColourMap(
  indices: Samples,
  step: number,
  bits: number,
  map: readonly number[],
): Uint8Array | undefined {
  const colours = 2 ** bits;
  if (map.length < 3 * colours) return undefined;
  const shift = map.every((value) => value < 256) ? 0 : 8; // some old programs wrote 8 bits
  const channels = step + 2;
  const data = new Uint8Array((indices.length / step) * channels);
  for (let i = 0, to = 0; i < indices.length; i += step, to += channels) {
    const index = indices[i] as number;
    for (let c = 0; c < 3; c++) data[to + c] = (map[c * colours + index] as number) >> shift;
    if (step === 2) data[to + 3] = indices[i + 1] as number;
  }
  return data;
}

/** Premultiplied colour to straight, in place. */
function divideByAlpha(data: Samples, channels: number, white: number): void {
  const half = data instanceof Float32Array ? 0 : 0.5;
  for (let i = 0; i < data.length; i += channels) {
    const alpha = data[i + channels - 1] as number;
    if (!(alpha > 0)) continue;
    for (let c = 0; c < channels - 1; c++) {
      const value = ((data[i + c] as number) * white) / alpha;
      data[i + c] = white === 1 ? value : Math.min(value, white) + half;
    }
  }
}
