/** Image files of any format to pixels. */

import { StrayError } from "../errors.ts";
import { type DecoderContext, unsupported } from "./_limits.ts";
import { foreignFormat, foreignFormatHint } from "./foreign_format.ts";
import { firstBytes, type Format, sniff } from "./format.ts";
import type { Image } from "./image.ts";
import type { Size } from "./resize.ts";

/** Options of {@linkcode decode}. */
export interface DecodeOptions {
  /** Maximum number of pixels. @default {100_000_000} */
  readonly maxPixels?: number | undefined;
  /** FITS only: index of the HDU, 0 for the primary one. @default {the first 2-D image} */
  readonly hdu?: number | undefined;
  /** Name of the file, for messages. */
  readonly name?: string | undefined;
  /**
   * JPEG only: minimum size. The image may come at a half, a quarter or an eighth of its size
   * (rounded up), which decodes several times faster and is nearly the same after further shrinking.
   */
  readonly atLeast?: Size | undefined;
}

/** An image file, and the options to decode it: work for any thread. */
export interface EncodedImage {
  /** The whole file. */
  readonly bytes: Uint8Array;
  /** Limits, choices, and the name for messages. */
  readonly options: DecodeOptions;
}

/**
 * Decodes an image file, recognised by content, at the depth of the source.
 *
 * PNG (all variants), JPEG (EXIF orientation applied), GIF (first frame), TIFF (first page), WebP
 * (not animated), BMP and FITS (one HDU, flipped so that y is down). Colour profiles and gamma
 * are ignored. The size in the header is checked before memory is allocated. Each decoder is loaded
 * on first use.
 *
 * @param bytes The whole file.
 * @param options Limits and choices.
 * @returns The pixels, with notes for a careful user.
 * @throws {StrayError} If there are no bytes (`empty`), the format is not supported (`format`), the
 *   file is damaged or truncated (`decode`), there are too many pixels (`too_large`), no sample is
 *   finite (`value`), or the HDU holds no image (`shape`, `value`).
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
    case undefined: {
      const foreign = foreignFormat(bytes, options.name);
      throw unsupported(
        context,
        `its content must be PNG, JPEG, GIF, TIFF, WebP, BMP or FITS: ` +
          (foreign === undefined ? "" : `current format is ${foreign}, `) +
          `${foreign === undefined ? "current " : ""}first bytes are ${firstBytes(bytes)}`,
        foreign && foreignFormatHint(foreign),
      );
    }
    default:
      throw unsupported(
        context,
        `it is a container of images (${format}), not one image`,
        "give the file itself as the source",
      );
  }
}
