/** Pixels to PNG. */

import { crc32, deflate } from "node:zlib";
import { promisify } from "node:util";
import { StrayError } from "../errors.ts";
import type { Image } from "./image.ts";

const COLOUR_TYPES = { 1: 0, 2: 4, 3: 2, 4: 6 } as const;
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * Encodes an image of 8 or 16 bits as PNG, without loss.
 *
 * Rows are filtered by Sub where that makes their bytes smaller, else not at all.
 *
 * @param image Grey, grey + alpha, RGB or RGB + alpha, of `Uint8Array` or `Uint16Array`.
 * @returns The file's bytes.
 * @throws {StrayError} If the samples are floats (`value`) or their number does not fit (`shape`).
 *
 * @example
 * ```ts
 * import { encodePng } from "./encode_png.ts";
 *
 * const white = { width: 1, height: 1, channels: 1, data: Uint16Array.of(65535), white: 65535 } as const;
 * const bytes = await encodePng(white);
 * if (bytes[24] !== 16) throw new Error("unexpected depth");
 * ```
 */
export async function encodePng(image: Image): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height, channels, data } = image;
  if (data instanceof Float32Array) {
    throw new StrayError(
      "value",
      "Cannot encode the image as PNG as its samples must be 8-bit or 16-bit integers: " +
        "current samples are float32",
    );
  }
  if (data.length !== width * height * channels || width < 1 || height < 1) {
    throw new StrayError(
      "shape",
      `Cannot encode the image as PNG as it must have ${width} x ${height} x ${channels} samples: ` +
        `current number is ${data.length}`,
    );
  }
  const depth = data instanceof Uint16Array ? 16 : 8;
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = depth;
  header[9] = COLOUR_TYPES[channels];
  const rows = filtered(bigEndian(data), height, channels * (depth / 8));
  const packed = await promisify(deflate)(rows) as Uint8Array;
  return joined([
    Uint8Array.from(SIGNATURE),
    chunk("IHDR", header),
    chunk("IDAT", packed),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

function bigEndian(data: Uint8Array | Uint16Array): Uint8Array {
  if (data instanceof Uint8Array) return data;
  const bytes = new Uint8Array(data.length * 2);
  for (let i = 0; i < data.length; i++) {
    const sample = data[i] as number;
    bytes[2 * i] = sample >> 8;
    bytes[2 * i + 1] = sample;
  }
  return bytes;
}

/** Rows with their filter byte: 0 none, 1 Sub, by the smaller sum of absolute differences. */
function filtered(bytes: Uint8Array, height: number, step: number): Uint8Array {
  const rowBytes = bytes.length / height;
  const out = new Uint8Array(bytes.length + height);
  for (let y = 0; y < height; y++) {
    const from = y * rowBytes;
    const to = y * (rowBytes + 1) + 1;
    let plain = 0;
    let differences = 0;
    for (let i = 0; i < rowBytes; i++) {
      const value = bytes[from + i] as number;
      const change = (value - (i >= step ? (bytes[from + i - step] as number) : 0)) & 255;
      out[to + i] = change;
      plain += value < 128 ? value : 256 - value;
      differences += change < 128 ? change : 256 - change;
    }
    if (differences < plain) out[to - 1] = 1;
    else out.set(bytes.subarray(from, from + rowBytes), to);
  }
  return out;
}

function chunk(type: string, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(body.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, body.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(body, 8);
  view.setUint32(8 + body.length, crc32(bytes.subarray(4, 8 + body.length)));
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
