/** What pngjs does not look at in a PNG: whether there are as many data as its pixels take. */

import { Buffer } from "node:buffer";
import { inflateSync } from "node:zlib";
import { damaged, type DecoderContext } from "./_limits.ts";

/** What the header says. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits of a pixel. */
  readonly bits: number;
  readonly interlaced: boolean;
}

/** Adam7: first column, first row, column step, row step of each pass. */
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

/**
 * Checks the data of a file, without taking memory for more than its pixels.
 *
 * @param file The file.
 * @param header What it says of itself.
 * @param context Names the file in errors.
 * @returns The file without what follows its last chunk, which pngjs would take for damage.
 */
export function checkPngData(file: Buffer, header: PngHeader, context: DecoderContext): Buffer {
  const parts: Buffer[] = [];
  let end = 8;
  for (let type = ""; type !== "IEND";) {
    if (end + 12 > file.length) throw damaged(context, `it is cut short at byte ${file.length}`);
    const body = end + 8;
    type = file.toString("latin1", end + 4, body);
    end = body + file.readUInt32BE(end) + 4;
    if (type === "IDAT") parts.push(file.subarray(body, end - 4));
  }
  if (end > file.length) throw damaged(context, `it is cut short at byte ${file.length}`);
  const packed = Buffer.concat(parts), wanted = dataBytes(header);
  // Deflate packs at most 1 : 1032, so a bigger claim is told before memory is taken for it.
  if (wanted > packed.length * 1032 + 1024) {
    throw damaged(context, "it is cut short: its data cannot hold as many pixels as it claims");
  }
  let found: number;
  try {
    found =
      inflateSync(packed, { maxOutputLength: wanted, chunkSize: Math.max(64, wanted) }).length;
  } catch (cause) {
    throw damaged(context, "its compressed data are damaged, cut short or too long", cause);
  }
  if (found === wanted) return file.subarray(0, end);
  throw damaged(context, `it is cut short: it holds ${found} of ${wanted} bytes of pixels`);
}

/** Bytes of all rows, each with its filter. */
function dataBytes({ width, height, bits, interlaced }: PngHeader): number {
  let bytes = 0;
  for (const [x0, y0, dx, dy] of interlaced ? ADAM7 : WHOLE) {
    const columns = Math.ceil((width - x0) / dx), rows = Math.ceil((height - y0) / dy);
    if (columns > 0 && rows > 0) bytes += rows * (1 + Math.ceil(columns * bits / 8));
  }
  return bytes;
}
