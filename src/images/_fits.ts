/** FITS: a 2-D image of one HDU, plain or compressed by tiles, flipped so that y is down. */

import { replaceNonFinite } from "./finite.ts";
import { selectImage } from "./_fits_select.ts";
import { readTiles } from "./_fits_tiles.ts";
import { type Hdu, physicalValue } from "./_fits_header.ts";
import { checkSize, damaged, type DecoderContext } from "./_limits.ts";
import type { Image } from "./image.ts";
import { numberReader } from "./number_reader.ts";

/**
 * Decodes one plane of one HDU of a FITS file.
 *
 * Unscaled BITPIX 8, and BITPIX 16 with the usual BZERO of 32768 (unsigned), keep their integers;
 * all else becomes float32 in physical units, BZERO + BSCALE * value, rounded to float32.
 */
export function decodeFits(bytes: Uint8Array, context: DecoderContext): Image {
  const { hdu, width, height, values } = readPlane(bytes, context);
  const replaced = replaceNonFinite(values, context.thing);
  const scale = hdu.number("BSCALE", 1);
  const zero = hdu.number("BZERO", 0);
  const image = { width, height, channels: 1, ...replaced } as const;
  if (hdu.bitpix === 8 && scale === 1 && zero === 0) {
    return { ...image, data: Uint8Array.from(values), white: 255 };
  }
  if (hdu.bitpix === 16 && scale === 1 && zero === 32768) {
    return { ...image, data: Uint16Array.from(values), white: 65535 };
  }
  return { ...image, data: values, white: 1 };
}

/** A plane in physical units, the last row first; NaN where there is no value. */
export interface PhysicalPlane {
  /** Its HDU. */
  readonly hdu: Hdu;
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Row-major, y down. */
  readonly values: Float32Array;
}

/** Reads the requested plane. */
export function readPlane(bytes: Uint8Array, context: DecoderContext): PhysicalPlane {
  const { hdu, plane } = selectImage(bytes, context);
  const [width = 0, height = 0] = hdu.axes;
  checkSize(width, height, context, 24 + 2 * Math.abs(hdu.bitpix) / 8);
  const read = hdu.isTiled ? readTiles : readPlain;
  return { hdu, width, height, values: read(bytes, hdu, plane, context) };
}

/** Physical values of an uncompressed plane, the last row first. */
function readPlain(
  bytes: Uint8Array,
  hdu: Hdu,
  plane: number,
  context: DecoderContext,
): Float32Array {
  const [width = 0, height = 0] = hdu.axes;
  const size = Math.abs(hdu.bitpix) / 8;
  const start = hdu.dataAt + plane * width * height * size;
  const needed = start + width * height * size;
  if (needed > bytes.length) {
    throw damaged(
      context,
      `it is truncated: its image ends at byte ${needed}, the file at byte ${bytes.length}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, width * height * size);
  const type = hdu.bitpix === 8 ? "u1" : `${hdu.bitpix > 0 ? "i" : "f"}${size}`;
  const read = numberReader(type, false)!;
  const toPhysical = physicalValue(hdu, "BLANK");
  // Doubles cannot hold unsigned 64-bit integers before BZERO is added.
  const isUnsigned = hdu.bitpix === 64 && hdu.number("BZERO", 0) === 2 ** 63 &&
    hdu.number("BSCALE", 1) === 1 && !hdu.keywords.has("BLANK");
  const values = new Float32Array(width * height);
  for (let y = 0, to = 0; y < height; y++) {
    let at = (height - 1 - y) * width * size;
    for (let x = 0; x < width; x++, to++, at += size) {
      values[to] = isUnsigned
        ? Number(BigInt.asUintN(64, view.getBigInt64(at) + (1n << 63n)))
        : toPhysical(read(view, at));
    }
  }
  return values;
}
