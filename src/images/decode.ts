/** Image files of any format to pixels. */

import { StrayError } from "../errors.ts";
import { findForeign } from "./_foreign_formats.ts";
import { IMAGE_FORMATS, type ImageFormat } from "./_formats.ts";
import { type MemoryBudget, SMALL_BYTES, withMemory } from "../memory_budget.ts";
import { damaged, type DecoderContext, NeedsMemory, OtherVariant, refused } from "./_limits.ts";
import { firstBytes, type Format, sniff } from "./format.ts";
import type { Image } from "./image.ts";
import type { Size } from "./resize.ts";

/** Options of {@linkcode decode}. */
export interface DecodeOptions {
  /** Maximum number of pixels. @default {100_000_000} */
  readonly maxPixels?: number | undefined;
  /**
   * The part of the file: the page of a TIFF, the frame of a GIF or WebP, from 0; the HDU of a FITS
   * by index (0 is the primary one) or name, with the plane of a cube, as in `SCI[3]`.
   *
   * @default {the first image}
   */
  readonly part?: string | undefined;
  /** Memory that large images share, in all threads. @default {no limit} */
  readonly memory?: MemoryBudget | undefined;
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
 * PNG (all variants), JPEG, GIF, TIFF, WebP, BMP, FITS (flipped so that y is down), AVIF, JPEG XL
 * and PNM. EXIF orientation is applied. Of several pages, frames or HDUs the first image is read,
 * with a note, but no thumbnail. Colour profiles and gamma are ignored. The size in the header is
 * checked before memory is allocated. Each decoder is loaded on first use.
 *
 * @param bytes The whole file.
 * @param options Limits and choices.
 * @returns The pixels, with notes for a careful user.
 * @throws {StrayError} If there are no bytes (`empty`), the format is not supported (`format`), the
 *   file is damaged or truncated (`decode`), there are too many pixels (`too_large`), no sample is
 *   finite (`value`), or there is no such part (`shape`, `value`).
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
  return await decodeFor(bytes, options, (image) => image);
}

/**
 * Decodes an image file as {@linkcode decode} does, and uses the pixels while their part of the memory
 * budget is taken.
 *
 * @param bytes The whole file.
 * @param options Limits and choices.
 * @param use Takes what it needs of the pixels.
 * @returns Its result.
 * @throws {StrayError} As `decode`; `too_large` also if the budget is smaller than the image takes.
 */
export async function decodeFor<Result>(
  bytes: Uint8Array,
  options: DecodeOptions,
  use: (image: Image) => Result,
): Promise<Result> {
  const { name, part, atLeast, memory, maxPixels = 100_000_000 } = options;
  const thing = name === undefined ? "the image" : JSON.stringify(name);
  const context: DecoderContext = { thing, maxPixels, part, atLeast };
  const decodeIt = async (allowance: number) =>
    use(await decodeWithin(bytes, { ...context, allowance }));
  if (memory === undefined) return await decodeIt(Infinity);
  try {
    return await decodeIt(SMALL_BYTES);
  } catch (error) {
    if (!(error instanceof NeedsMemory)) throw error;
    return await withMemory(memory, error.bytes, `decode ${thing}`, () => decodeIt(Infinity));
  }
}

async function decodeWithin(bytes: Uint8Array, context: DecoderContext): Promise<Image> {
  const { thing, part } = context;
  if (bytes.length === 0) {
    throw new StrayError("empty", `Cannot decode ${thing} as it must have at least one byte`);
  }
  const format = sniff(bytes);
  if (!isImageFormat(format)) throw notAnImage(format, bytes, context);
  const { title, parts, load }: ImageFormat = IMAGE_FORMATS[format];
  if (part !== undefined && parts === undefined) throw noParts(title, part, thing);
  try {
    return await (await load())(bytes, context);
  } catch (error) {
    if (error instanceof OtherVariant) {
      return await decodeOther(title, bytes, error, context);
    }
    if (error instanceof StrayError || error instanceof NeedsMemory) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw damaged(context, `its ${title} data are damaged: ${reason}`, error);
  }
}

/** Decodes a file that its format's decoder refuses; its error stands if libvips fails, too. */
async function decodeOther(
  title: string,
  bytes: Uint8Array,
  refusal: OtherVariant,
  context: DecoderContext,
): Promise<Image> {
  const { decodeVariant } = await import("./_vips.ts");
  try {
    return await decodeVariant(title, bytes, refusal.select, context);
  } catch (error) {
    if (error instanceof StrayError && error.code === "format") throw refusal;
    throw error;
  }
}

function isImageFormat(format: Format | undefined): format is keyof typeof IMAGE_FORMATS {
  return format !== undefined && Object.hasOwn(IMAGE_FORMATS, format);
}

function notAnImage(
  format: Format | undefined,
  bytes: Uint8Array,
  context: DecoderContext,
): StrayError {
  if (format !== undefined) {
    const reason = `it is a container of images (${format}), not one image`;
    return refused(context, reason, "give the file itself as the source");
  }
  const titles = Object.values(IMAGE_FORMATS).map(({ title }) => title);
  const list = new Intl.ListFormat("en-GB", { type: "disjunction" }).format(titles);
  const foreign = findForeign(bytes);
  const current = foreign ? `format is ${foreign.title}` : `first bytes are ${firstBytes(bytes)}`;
  return refused(context, `its content must be ${list}: current ${current}`, foreign?.hint);
}

function noParts(title: string, part: string, thing: string): StrayError {
  const formats = Object.values<ImageFormat>(IMAGE_FORMATS).filter(({ parts }) => parts);
  return new StrayError(
    "value",
    `Cannot decode ${thing} as only ${
      formats.map((format) => format.title).join(", ")
    } have parts: ` +
      `current format is ${title}, current part ${JSON.stringify(part)}`,
  );
}
