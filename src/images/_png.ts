/**
 * PNG of every variant: node:zlib inflates, filters and samples are decoded here.
 *
 * Images per second on one core of a 2-core cloud machine, the best of many short runs, Deno 2.9.6;
 * Pillow 9.4.0 includes the copy of its pixels to numpy:
 *
 * | image            | here   | fast-png 8.0.0 | pngjs 7.0.0 | imagescript 1.3.1 | Pillow |
 * | ---------------- | ------ | -------------- | ----------- | ----------------- | ------ |
 * | 28 x 28 grey     | 61,400 | 28,200         | 30,700      | 72,400            | 37,500 |
 * | 150 x 150 grey   | 7,600  | 3,300          | 3,000       | 3,100             | 6,500  |
 * | 150 x 150 RGB    | 3,400  | 2,000          | 1,700       | 900               | 3,000  |
 * | 150 x 150 16-bit | 2,500  | 2,200          | 730         | 2,000, cut to 8   | 3,000  |
 *
 * No library: fast-png and pngjs leak memory (10,000 images take up to 140 MB where 1,000 take 106;
 * fast-png 32 KB per image), decode missing data with valid checksums as black, and can be made to
 * fill the memory by a file of one pixel; fast-png reads interlaced samples of less than 8 bits as
 * bytes.
 */

import { inflateSync } from "node:zlib";
import { damaged, type DecoderContext, oversized } from "./_limits.ts";
import { orient } from "./_orient.ts";
import { type PngChunks, readPngChunks } from "./_png_chunks.ts";
import { unfilter } from "./_png_filter.ts";
import { applyPalette, applyTransparentColour, placeSamples, type PngPass } from "./_png_unpack.ts";
import type { Image, Samples } from "./image.ts";

const CHANNELS: Readonly<Record<number, 1 | 2 | 3 | 4>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Passes of Adam7: first column, first row, column step, row step. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;
const WHOLE = [[0, 0, 1, 1]] as const;

/** Maximum size of the data behind the pixels that does no harm. */
const MAX_EXTRA_BYTES = 1 << 16;

/** Decodes a PNG, turned upright; samples of less than 8 bits are scaled to 0..255. */
export function decodePng(bytes: Uint8Array, context: DecoderContext): Image {
  const png = readPngChunks(bytes, context);
  const notes: string[] = [];
  if (png.frames > 1) {
    notes.push(`it is animated: its still image is read, of ${png.frames} frames`);
  }
  const image = decodeStill(png, notes, context);
  return orient(notes.length === 0 ? image : { ...image, notes }, png.orientation);
}

function decodeStill(png: PngChunks, notes: string[], context: DecoderContext): Image {
  const { width, height, depth, colour } = png;
  const channels = CHANNELS[colour] as 1 | 2 | 3 | 4;
  const samples = readSamples(png, channels, notes, context);
  const white = depth === 16 ? 65535 : 255;
  if (colour === 3) {
    const painted = applyPalette(samples, png.palette as Uint8Array, png.transparency);
    if (painted === undefined) throw damaged(context, "a pixel has a colour beyond its palette");
    return { width, height, channels: painted.channels, data: painted.data, white };
  }
  if (png.transparency !== undefined && (colour === 0 || colour === 2)) {
    const data = applyTransparentColour(samples, channels as 1 | 3, depth, png.transparency);
    if (data === undefined) throw damaged(context, "its tRNS chunk is too short");
    return { width, height, channels: channels === 1 ? 2 : 4, data, white };
  }
  return { width, height, channels, data: samples, white };
}

function readSamples(
  png: PngChunks,
  channels: number,
  notes: string[],
  context: DecoderContext,
): Samples {
  const { width, height, depth } = png;
  const bits = channels * depth;
  const passes: PngPass[] = [];
  let size = 0;
  for (const [x0, y0, dx, dy] of png.interlaced ? ADAM7 : WHOLE) {
    const [columns, rows] = [Math.ceil((width - x0) / dx), Math.ceil((height - y0) / dy)];
    if (columns <= 0 || rows <= 0) continue;
    const rowBytes = Math.ceil((columns * bits) / 8);
    passes.push({ start: size, columns, rows, rowBytes, x0, y0, dx, dy });
    size += rows * (1 + rowBytes);
  }
  const raw = inflated(png.data, size, notes, context);
  const plain = !png.interlaced && depth === 8;
  const samples = width * height * channels;
  const data = plain
    ? raw.subarray(0, samples)
    : depth === 16
    ? new Uint16Array(samples)
    : new Uint8Array(samples);
  const isIndex = png.colour === 3;
  for (const pass of passes) {
    const { start, rows, rowBytes } = pass;
    const wrong = unfilter(raw, start, rows, rowBytes, Math.max(1, bits >> 3));
    if (wrong !== undefined) {
      throw damaged(context, `a row's filter must be 0 to 4: it is ${wrong}`);
    }
    if (!plain) placeSamples(raw, pass, depth, isIndex, data, width, channels);
  }
  return data;
}

function inflated(
  data: Uint8Array,
  size: number,
  notes: string[],
  context: DecoderContext,
): Uint8Array {
  // Deflate compresses at most 1 : 1032.
  if (size > data.length * 1032 + 1024) throw oversized(context);
  let raw: Uint8Array;
  try {
    raw = inflateSync(data, { maxOutputLength: size, chunkSize: Math.max(64, size) });
  } catch (error) {
    const longer = isTooLong(error) ? inflateLonger(data, size) : undefined;
    if (longer !== undefined) {
      notes.push(`${longer.length - size} bytes behind its pixels are ignored`);
      return new Uint8Array(longer.buffer, longer.byteOffset, size);
    }
    const reason = (error as Error).message || "unknown error";
    throw damaged(context, `its compressed data are damaged or truncated: ${reason}`, error);
  }
  if (raw.length < size) {
    throw damaged(context, `it is truncated: it holds ${raw.length} of ${size} bytes of pixels`);
  }
  return new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength);
}

function isTooLong(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
}

/** The pixels and a little data behind them, which some programs write; undefined if it is much. */
function inflateLonger(data: Uint8Array, size: number): Uint8Array | undefined {
  try {
    return inflateSync(data, { maxOutputLength: size + MAX_EXTRA_BYTES });
  } catch {
    return undefined;
  }
}
