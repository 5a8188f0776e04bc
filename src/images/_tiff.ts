/**
 * TIFF: one page, in strips or tiles, uncompressed or by LZW, deflate or PackBits. Plain
 * TypeScript and node:zlib.
 *
 * No library. geotiff 3.0.5 reads the most variants, but silently misreads big-endian files with a
 * predictor or many strips (its issues 543 and 535), decodes an empty strip as black, and takes a
 * gigabyte for one of 100 damaged LZW streams; guards against all that need as many lines as this.
 * tiff 7.1.3 reads no PackBits, bilevel images, planes, 32-bit integers, predictor 3 or BigTIFF;
 * utif2 4.1.0 silently returns parts of a truncated file. Milliseconds for 640 x 480 of 16 bits on
 * one core, the best of many short runs, Deno 2.9.6:
 *
 * | compression | here | geotiff | tiff 7.1.3 | Pillow 9.4 |
 * | ----------- | ---- | ------- | ---------- | ---------- |
 * | none        | 0.08 | 3.6     | 0.4        | 0.3        |
 * | LZW         | 4.2  | 37      | 63         | 2.0        |
 * | deflate     | 2.8  | 8.8     | 6.5        | 1.7        |
 * | PackBits    | 0.35 | 6.8     | not read   | 0.4        |
 */

import { replaceNonFinite } from "./finite.ts";
import { damaged, type DecoderContext, OtherVariant, oversized } from "./_limits.ts";
import { orient } from "./_orient.ts";
import { cameraRaw, coloursOf, readLayout, type TiffLayout } from "./_tiff_layout.ts";
import { choosePage } from "./_tiff_pages.ts";
import { sampleReader } from "./_tiff_samples.ts";
import { readSegment, samplesPerSegment, segmentRowBytes } from "./_tiff_segment.ts";
import type { Image, Samples } from "./image.ts";

/**
 * Decodes the requested page of a TIFF, by default the first that is no thumbnail.
 *
 * Unsigned samples of up to 8 bits are scaled to 0..255, of up to 16 bits to 0..65535; all others
 * become float32, unscaled. Samples other than colour and alpha are left out, with a note.
 */
export function decodeTiff(bytes: Uint8Array, context: DecoderContext): Image {
  if (bytes[8] === 0x43 && bytes[9] === 0x52 && bytes[10] === 2) throw cameraRaw(context); // CR2
  const { directory, index, child, notes: chosen } = choosePage(bytes, context);
  let layout: TiffLayout;
  try {
    layout = readLayout(directory, context);
  } catch (error) {
    if (error instanceof OtherVariant) {
      error.select = `page=${index}${child === undefined ? "" : `,subifd=${child}`}`;
    }
    throw error;
  }
  const { width, height, bits, format, photometric } = layout;
  const colours = coloursOf(photometric);
  const hasAlpha = layout.alpha === 1 || layout.alpha === 2;
  const channels = (hasAlpha ? colours + 1 : colours) as 1 | 2 | 3 | 4;
  const white = format === 1 && bits <= 8 ? 255 : format === 1 && bits <= 16 ? 65535 : 1;
  const factor = white === 1 || photometric === 3 ? 1 : white / (2 ** bits - 1);
  const data = readPixels(bytes, layout, channels, white, factor, context);
  const notes = [...chosen];
  const left = layout.samples - channels;
  if (left > 0) notes.push(`${left} further samples per pixel are left out`);
  const replaced = data instanceof Float32Array ? replaceNonFinite(data, context.thing) : {};
  notes.push(...replaced.notes ?? []);
  const upright = (pixels: Pick<Image, "channels" | "data" | "white">): Image =>
    orient(
      { width, height, ...pixels, ...replaced, ...(notes.length > 0 && { notes }) },
      layout.orientation,
    );
  if (photometric === 3) {
    const data8 = applyColourMap(data, channels, bits, directory.tag(320));
    if (data8 === undefined) throw damaged(context, "its colour map is too short");
    return upright({ channels: hasAlpha ? 4 : 3, data: data8, white: 255 });
  }
  if (photometric === 6) convertYcc(data, channels);
  if (photometric === 0) {
    for (let i = 0; i < data.length; i += channels) data[i] = white - (data[i] as number);
  }
  if (layout.alpha === 1) divideByAlpha(data, channels, white);
  return upright({ channels, data, white });
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
    throw oversized(context);
  }
  const size = width * height * channels;
  const data = white === 255
    ? new Uint8Array(size)
    : white === 65535
    ? new Uint16Array(size)
    : new Float32Array(size);
  // Samples that need no conversion are copied as bytes, row by row.
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

/** Converts big-endian samples to little-endian, in place: Deno runs on no other machines. */
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

/** The upper 8 bits of the indices' 16-bit colours; undefined if the map is too short. */
function applyColourMap(
  indices: Samples,
  step: number,
  bits: number,
  map: readonly number[],
): Uint8Array | undefined {
  const colours = 2 ** bits;
  if (map.length < 3 * colours) return undefined;
  const shift = map.every((value) => value < 256) ? 0 : 8; // old programs wrote 8 bits
  const channels = step + 2;
  const data = new Uint8Array((indices.length / step) * channels);
  for (let i = 0, to = 0; i < indices.length; i += step, to += channels) {
    const index = indices[i] as number;
    for (let c = 0; c < 3; c++) data[to + c] = (map[c * colours + index] as number) >> shift;
    if (step === 2) data[to + 3] = indices[i + 1] as number;
  }
  return data;
}

/** Converts YCbCr of 8 bits to RGB, in place (ITU-R BT.601, full range, the usual one). */
function convertYcc(data: Samples, channels: number): void {
  const byte = (value: number) => Math.min(Math.max(Math.round(value), 0), 255);
  for (let i = 0; i < data.length; i += channels) {
    const y = data[i] as number;
    const blue = (data[i + 1] as number) - 128;
    const red = (data[i + 2] as number) - 128;
    data[i] = byte(y + 1.402 * red);
    data[i + 1] = byte(y - 0.344136 * blue - 0.714136 * red);
    data[i + 2] = byte(y + 1.772 * blue);
  }
}

/** Converts premultiplied colour to straight, in place. */
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
