/** Formats that browsers decode by libvips alone are refused: the library has 12 MB. */

import { type DecoderContext, refused } from "../images/_limits.ts";
import type { Image } from "../images/image.ts";

const HINT = "convert the file to PNG or TIFF";

/** Refuses AVIF and HEIC. */
export function decodeHeif(_bytes: Uint8Array, context: DecoderContext): Promise<Image> {
  throw refused(context, "its format needs libvips", HINT);
}

/** Refuses JPEG XL. */
export const decodeJxl: typeof decodeHeif = decodeHeif;

/** Refuses rare variants of other formats. */
export function decodeVariant(
  _title: string,
  _bytes: Uint8Array,
  _select: string,
  context: DecoderContext,
): Promise<Image> {
  throw refused(context, "its variant needs libvips", HINT);
}
