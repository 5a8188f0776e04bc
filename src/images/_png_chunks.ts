/** PNG chunks: CRCs are checked, and the contents needed for decoding collected. */

import { crc32 } from "node:zlib";
import { concatenate } from "../concatenate.ts";
import { readExifOrientation } from "./_exif.ts";
import { checkSize, damaged, type DecoderContext, refused } from "./_limits.ts";

/** The checked chunks. */
export interface PngChunks {
  readonly width: number;
  readonly height: number;
  /** Bits of one sample: 1, 2, 4, 8 or 16. */
  readonly depth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey + alpha, 6 RGB + alpha. */
  readonly colour: number;
  readonly interlaced: boolean;
  /** RGB triples, for colour 3. */
  readonly palette: Uint8Array | undefined;
  /** The `tRNS` chunk: alpha of the palette, or the transparent colour. */
  readonly transparency: Uint8Array | undefined;
  /** EXIF orientation, 1 to 8. */
  readonly orientation: number;
  /** Number of frames, 1 unless it is animated. */
  readonly frames: number;
  /** The deflate stream. */
  readonly data: Uint8Array;
}

const DEPTHS: ReadonlyMap<number, readonly number[]> = new Map([
  [0, [1, 2, 4, 8, 16]],
  [2, [8, 16]],
  [3, [1, 2, 4, 8]],
  [4, [8, 16]],
  [6, [8, 16]],
]);

const IHDR = 0x49484452;
const PLTE = 0x504c5445;
const IDAT = 0x49444154;
const IEND = 0x49454e44;
const TRNS = 0x74524e53;
const EXIF = 0x65584966;
const ACTL = 0x6163544c;

/** Reads all chunks to the end; the size is checked first. */
export function readPngChunks(bytes: Uint8Array, context: DecoderContext): PngChunks {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = readHeader(bytes, view, context);
  let palette: Uint8Array | undefined;
  let transparency: Uint8Array | undefined;
  let orientation = 1;
  let frames = 1;
  const parts: Uint8Array[] = [];
  let at = 33;
  for (;;) {
    if (at + 12 > bytes.length) throw damaged(context, `it is truncated at byte ${at}`);
    const length = view.getUint32(at);
    const type = view.getUint32(at + 4);
    const end = at + 8 + length;
    if (end + 4 > bytes.length) {
      throw damaged(context, `it is truncated: a chunk ends at byte ${end + 4}`);
    }
    const body = bytes.subarray(at + 8, end);
    const critical = (type & 0x20000000) === 0;
    if (critical || type === TRNS) checkCrc(bytes, view, at, end, context);
    if (type === IEND) break;
    if (type === IDAT) parts.push(body);
    else if (type === PLTE) palette = parts.length === 0 ? body : palette; // before the pixels
    else if (type === TRNS) transparency = body;
    else if (type === EXIF) orientation = readExifOrientation(body) ?? orientation;
    else if (type === ACTL && length >= 4) frames = view.getUint32(at + 8);
    else if (critical) throw refused(context, "it has a critical chunk of no standard");
    at = end + 4;
  }
  if (parts.length === 0) throw damaged(context, "it has no IDAT chunk");
  if (header.colour === 3 && (palette === undefined || palette.length < 3)) {
    throw damaged(context, "it has no palette");
  }
  const data = parts.length === 1 ? parts[0]! : concatenate(Uint8Array, parts);
  return { ...header, palette, transparency, orientation, frames, data };
}

type Header = Pick<PngChunks, "width" | "height" | "depth" | "colour" | "interlaced">;

function readHeader(bytes: Uint8Array, view: DataView, context: DecoderContext): Header {
  if (bytes.length < 33) throw damaged(context, `it is truncated at byte ${bytes.length}`);
  if (view.getUint32(4) !== 0x0d0a1a0a || view.getUint32(12) !== IHDR || view.getUint32(8) !== 13) {
    throw damaged(context, "its PNG header is damaged");
  }
  checkCrc(bytes, view, 8, 29, context);
  const width = view.getUint32(16);
  const height = view.getUint32(20);
  const depth = view.getUint8(24);
  const colour = view.getUint8(25);
  checkSize(width, height, context, bytesPerPixel(depth, colour));
  const interlace = view.getUint8(28);
  if (
    !DEPTHS.get(colour)?.includes(depth) || interlace > 1 || view.getUint16(26) !== 0
  ) {
    throw damaged(
      context,
      `its PNG header must be one of the standard: current depth is ${depth}, colour ${colour}, ` +
        `interlace ${interlace}`,
    );
  }
  return { width, height, depth, colour, interlaced: interlace === 1 };
}

/** Memory per pixel: rows as inflated, samples, and a copy of either; palettes and tRNS add channels. */
function bytesPerPixel(depth: number, colour: number): number {
  const channels = colour === 0 || colour === 4 ? 2 : 4;
  return 4 * channels * (depth === 16 ? 2 : 1);
}

function checkCrc(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  end: number,
  context: DecoderContext,
): void {
  if (crc32(bytes.subarray(at + 4, end)) === view.getUint32(end)) return;
  const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8)).replace(/[^A-Za-z]/g, "?");
  throw damaged(context, `the checksum of its ${name} chunk does not match: the file is damaged`);
}
