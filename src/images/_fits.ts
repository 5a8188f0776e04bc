/** FITS: the 2-D image of one HDU, flipped so that y is down. */

import { StrayError } from "../errors.ts";
import { replaceNonFinite } from "./finite.ts";
import { type Hdu, readHdus, readText } from "./_fits_header.ts";
import { checkSize, damaged, type DecoderContext, unsupported } from "./_limits.ts";
import type { Image } from "./image.ts";
import { numberReader } from "./number_reader.ts";

/**
 * Decodes one HDU of a FITS file.
 *
 * Unscaled BITPIX 8, and BITPIX 16 with the usual BZERO of 32768 (unsigned), keep their integers;
 * all else becomes float32 in physical units, BZERO + BSCALE * value, rounded to float32. Axes beyond
 * the second must have length 1.
 *
 * @param index Index of the HDU, 0 for the primary one. Default: the first 2-D image.
 */
export function decodeFits(
  bytes: Uint8Array,
  index: number | undefined,
  context: DecoderContext,
): Image {
  const hdu = findImage(bytes, index, context);
  const [width = 0, height = 0] = hdu.axes;
  checkSize(width, height, context);
  const size = Math.abs(hdu.bitpix) / 8;
  const needed = hdu.dataAt + width * height * size;
  if (needed > bytes.length) {
    throw damaged(
      context,
      `it is truncated: its image ends at byte ${needed}, the file at byte ${bytes.length}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + hdu.dataAt, width * height * size);
  const scale = hdu.number("BSCALE", 1);
  const zero = hdu.number("BZERO", 0);
  const blank = hdu.bitpix > 0 ? hdu.number("BLANK", NaN) : NaN;
  const values = new Float32Array(width * height);
  const type = hdu.bitpix === 8 ? "u1" : `${hdu.bitpix > 0 ? "i" : "f"}${size}`;
  const read = numberReader(type, false)!;
  for (let y = 0, to = 0; y < height; y++) {
    let i = (height - 1 - y) * width;
    for (let x = 0; x < width; x++, to++, i++) {
      const value = read(view, i * size);
      values[to] = value === blank ? NaN : zero + scale * value;
    }
  }
  const notes = replaceNonFinite(values, context.thing);
  const image = { width, height, channels: 1, ...(notes.length > 0 && { notes }) } as const;
  if (hdu.bitpix === 8 && scale === 1 && zero === 0) {
    return { ...image, data: Uint8Array.from(values), white: 255 };
  }
  if (hdu.bitpix === 16 && scale === 1 && zero === 32768) {
    return { ...image, data: Uint16Array.from(values), white: 65535 };
  }
  return { ...image, data: values, white: 1 };
}

function findImage(bytes: Uint8Array, index: number | undefined, context: DecoderContext): Hdu {
  let at = 0;
  let packed = false;
  for (const hdu of readHdus(bytes, context)) {
    packed ||= readText(hdu.keywords.get("XTENSION")) === "BINTABLE" && hdu.keywords.has("ZIMAGE");
    const plane = hdu.isImage && hdu.axes.length >= 2 && hdu.axes.slice(2).every((n) => n === 1);
    if (index === undefined ? plane : index === at) {
      if (plane) return hdu;
      throw new StrayError(
        "shape",
        `Cannot decode ${context.thing} as HDU ${at} must hold a 2-D image: current axes are ` +
          (hdu.isImage ? hdu.axes.join(" x ") || "none" : "those of a table"),
        { hint: "omit the HDU to take the first one with a 2-D image" },
      );
    }
    at++;
  }
  if (index !== undefined) {
    throw new StrayError(
      "value",
      `Cannot decode ${context.thing} as the HDU must be less than ${at}: current value is ${index}`,
    );
  }
  throw unsupported(
    context,
    "none of its HDUs holds a 2-D image",
    packed ? "its images are compressed: decompress them first (funpack)" : undefined,
  );
}
