/**
 * PNG of every kind, by pngjs. Needs no permission.
 *
 * Images/s on one core of a 2-core cloud machine, the best of many short runs, Deno 2.9.6; beside
 * it Pillow 9.4.0 with its pixels copied to numpy:
 *
 * | image            | pngjs 7.0.0 | fast-png 8.0.0 | imagescript 1.3.1 | Pillow |
 * | ---------------- | ----------- | -------------- | ----------------- | ------ |
 * | 28 x 28 grey     | 30,700      | 28,200         | 72,400            | 37,500 |
 * | 150 x 150 grey   | 3,000       | 3,300          | 3,100             | 6,500  |
 * | 150 x 150 RGB    | 1,700       | 2,000          | 900               | 3,000  |
 * | 150 x 150 16-bit | 730         | 2,200          | 2,000, cut to 8   | 3,000  |
 *
 * fast-png takes interlaced samples of less than 8 bits for bytes, and inflates without a bound, so
 * that a file of one pixel may fill the memory; pngjs does so of interlaced files. Both make black of what deflate data lack whose
 * checksums are right; a file that is cut short has none that are.
 */

import { Buffer } from "node:buffer";
// @ts-types="@types/pngjs"
import { PNG, type PNGWithMetadata } from "pngjs";
import { checkSize, damaged, type DecoderContext } from "./_limits.ts";
import { checkPngData } from "./_png_data.ts";
import type { Image, Samples } from "./image.ts";

/** Channels by the header's colour: grey, RGB, palette, grey + alpha, RGB + alpha. */
const CHANNELS: Readonly<Record<number, 1 | 2 | 3 | 4>> = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 };
const PALETTE = 3;
const WITH_ALPHA = { 1: 2, 2: 2, 3: 4, 4: 4 } as const;

/** Bytes of the signature and the header, with its checksum. */
const HEADER = 33;
const IHDR = 0x49484452;

/**
 * Decodes a PNG; samples of less than 8 bits are spread over 0..255.
 *
 * An image whose header has no alpha gets it if a pixel shows through, by a palette or a transparent
 * colour.
 */
export function decodePng(bytes: Uint8Array, context: DecoderContext): Image {
  if (bytes.length < HEADER) throw damaged(context, `it is cut short at byte ${bytes.length}`);
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.readUInt32BE(12) !== IHDR) throw damaged(context, "its PNG header is damaged");
  const width = file.readUInt32BE(16), height = file.readUInt32BE(20);
  checkSize(width, height, context);
  const depth = file[24]!, colour = file[25]!;
  const stored = CHANNELS[colour];
  if (!stored) throw damaged(context, `its PNG header names the unknown colour ${colour}`);
  const bits = colour === PALETTE ? depth : depth * stored;
  const header = { width, height, bits, interlaced: file[28] === 1 };
  const rgba = read(checkPngData(file, header, context), depth, context);
  const white = depth === 16 ? 65535 : 255;
  const channels = stored % 2 === 1 && showsThrough(rgba, white) ? WITH_ALPHA[stored] : stored;
  return { width, height, channels, data: keep(rgba, channels), white };
}

/** Samples of four channels. */
function read(file: Buffer, depth: number, context: DecoderContext): Samples {
  let png: PNGWithMetadata;
  try {
    png = PNG.sync.read(file, { skipRescale: depth === 16 });
  } catch (cause) {
    throw damaged(context, "it is damaged or cut short", cause);
  }
  return png.data;
}

function showsThrough(rgba: Samples, white: number): boolean {
  for (let i = 3; i < rgba.length; i += 4) if (rgba[i] !== white) return true;
  return false;
}

/** Grey, grey + alpha, RGB or RGB + alpha of samples of four channels. */
function keep(rgba: Samples, channels: 1 | 2 | 3 | 4): Samples {
  const data = new (rgba instanceof Uint16Array ? Uint16Array : Uint8Array)(
    rgba.length / 4 * channels,
  );
  if (channels === 4) data.set(rgba);
  else {
    const last = channels === 2 ? 3 : channels - 1;
    for (let from = 0, to = 0; from < rgba.length; from += 4) {
      data[to++] = rgba[from]!;
      if (channels === 3) data[to++] = rgba[from + 1]!;
      if (channels > 1) data[to++] = rgba[from + last]!;
    }
  }
  return data;
}
