/** Bytes of an image file to pixels, whatever the format. */

import { StrayError } from "../errors.ts";
import { type DecoderContext, unsupported } from "./_limits.ts";
import { type Format, sniff } from "./format.ts";
import type { Image } from "./image.ts";
import type { Size } from "./resize.ts";

/** Options of {@linkcode decode}. */
export interface DecodeOptions {
  /**
   * The most pixels that an image may claim.
   *
   * @default {100_000_000}
   */
  readonly maxPixels?: number | undefined;
  /** FITS only: the HDU to read, 0 for the primary one; else the first with a 2-D image. */
  readonly hdu?: number | undefined;
  /** The file's name, for messages. */
  readonly name?: string | undefined;
  /**
   * JPEG only: the image may come at a half, a quarter or an eighth of its size (rounded up), as
   * long as it stays at least this large. It is then several times faster to decode, and much
   * the same after a resize that shrinks it further.
   */
  readonly atLeast?: Size | undefined;
}

/**
 * Decodes an image; the format is told by content, the depth is kept.
 *
 * PNG (all kinds), JPEG (EXIF orientation applied), GIF (first frame), TIFF (first page), WebP
 * (not animated), BMP and FITS (one HDU, flipped so that y is down). Colour profiles and gamma
 * are ignored. The size that the header claims is checked before memory is taken. Each decoder
 * is loaded when it is first needed.
 *
 * @param bytes The whole file.
 * @param options Limits and choices.
 * @returns The pixels, at the depth of the source; what a careful user should know is in `notes`.
 * @throws {StrayError} If there are no bytes (`empty`), the format is unknown or not an image's
 *   (`format`), the bytes are damaged or cut short (`decode`), there are too many pixels
 *   (`too_large`), no sample is finite (`value`), or the HDU holds no image (`shape`, `value`).
 *
 * @example
 * ```ts
 * import { decode } from "./decode.ts";
 * import { encodePng } from "./encode_png.ts";
 *
 * const grey = { width: 2, height: 1, channels: 1, data: Uint8Array.of(0, 200), white: 255 } as const;
 * const back = await decode(await encodePng(grey));
 * if (back.width !== 2 || back.data[1] !== 200) throw new Error("unexpected pixels");
 * ```
 */
export async function decode(bytes: Uint8Array, options: DecodeOptions = {}): Promise<Image> {
  const thing = options.name === undefined ? "the image" : JSON.stringify(options.name);
  const context: DecoderContext = { thing, maxPixels: options.maxPixels ?? 100_000_000 };
  if (bytes.length === 0) {
    throw new StrayError("empty", `Cannot decode ${thing} as it must have at least one byte`);
  }
  const format = sniff(bytes);
  try {
    return await decodeAs(format, bytes, options, context);
  } catch (error) {
    if (error instanceof StrayError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StrayError(
      "decode",
      `Cannot decode ${thing} as its ${format} data are damaged: ${reason}`,
      { cause: error },
    );
  }
}

async function decodeAs(
  format: Format | undefined,
  bytes: Uint8Array,
  options: DecodeOptions,
  context: DecoderContext,
): Promise<Image> {
  switch (format) {
    case "png":
      return (await import("./_png.ts")).decodePng(bytes, context);
    case "jpeg":
      return (await import("./_jpeg.ts")).decodeJpeg(bytes, options.atLeast, context);
    case "gif":
      return (await import("./_gif.ts")).decodeGif(bytes, context);
    case "tiff":
      return (await import("./_tiff.ts")).decodeTiff(bytes, context);
    case "webp":
      return (await import("./_webp.ts")).decodeWebp(bytes, context);
    case "bmp":
      return (await import("./_bmp.ts")).decodeBmp(bytes, context);
    case "fits":
      return (await import("./_fits.ts")).decodeFits(bytes, options.hdu, context);
    case undefined:
      throw unsupported(
        context,
        `its content must be PNG, JPEG, GIF, TIFF, WebP, BMP or FITS: ` +
          `current first bytes are ${firstBytes(bytes)}`,
      );
    default:
      throw unsupported(
        context,
        `it is a container of images (${format}), not one image`,
        "give the file itself as the source",
      );
  }
}

function firstBytes(bytes: Uint8Array): string {
  return [...bytes.subarray(0, 4)].map((b) => b.toString(16).padStart(2, "0")).join(" ");
}
