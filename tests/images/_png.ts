/** PNG files of any kind, written plainly from the specification: no filters but those asked for. */

import { crc32, deflateSync } from "node:zlib";
import { join } from "./_fixtures.ts";

/** The image to write. */
export interface PngOptions {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey + alpha, 6 RGB + alpha. */
  readonly colour: number;
  readonly interlaced?: boolean;
  readonly palette?: readonly number[];
  readonly transparency?: readonly number[];
  /** Samples, row-major, channels last. */
  readonly samples: readonly number[];
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const ADAM7 = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [
  0,
  1,
  1,
  2,
]] as const;
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** The bytes of the file. */
export function png(options: PngOptions): Uint8Array {
  const { width, height, depth, colour, interlaced = false } = options;
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([depth, colour, 0, 0, interlaced ? 1 : 0], 8);
  const rows: number[] = [];
  for (const [x0, y0, dx, dy] of interlaced ? ADAM7 : [[0, 0, 1, 1]] as const) {
    if (x0 >= width) continue;
    for (let y = y0; y < height; y += dy) rows.push(0, ...packRow(options, y, x0, dx));
  }
  const parts = [SIGNATURE, chunk("IHDR", header)];
  if (options.palette) parts.push(chunk("PLTE", Uint8Array.from(options.palette)));
  if (options.transparency) parts.push(chunk("tRNS", Uint8Array.from(options.transparency)));
  const data = deflateSync(Uint8Array.from(rows));
  const half = data.length >> 1; // two chunks, as large files have
  parts.push(chunk("IDAT", data.subarray(0, half)), chunk("IDAT", data.subarray(half)));
  return join(...parts, chunk("IEND", new Uint8Array(0)));
}

function packRow(options: PngOptions, y: number, x0: number, dx: number): number[] {
  const { width, depth, samples } = options;
  const channels = CHANNELS[options.colour] as number;
  let bits = "";
  for (let x = x0; x < width; x += dx) {
    for (let c = 0; c < channels; c++) {
      const sample = samples[(y * width + x) * channels + c] as number;
      bits += sample.toString(2).padStart(depth, "0");
    }
  }
  const bytes = bits.match(/.{1,8}/g) ?? [];
  return bytes.map((byte) => parseInt(byte.padEnd(8, "0"), 2));
}

/** A chunk, with its length and its checksum. */
export function chunk(type: string, body: Uint8Array): Uint8Array {
  const named = join(new TextEncoder().encode(type), body);
  const bytes = new Uint8Array(named.length + 8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, body.length);
  bytes.set(named, 4);
  view.setUint32(4 + named.length, crc32(named));
  return bytes;
}
