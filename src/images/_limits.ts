/** Checks of every decoder, and its errors. */

import { StrayError } from "../errors.ts";
import type { Image } from "./image.ts";
import type { Size } from "./resize.ts";

/** Limits, choices and name for a decoder. */
export interface DecoderContext {
  /** The image in messages: `the image`, or the quoted name of the file. */
  readonly thing: string;
  /** Maximum number of pixels. */
  readonly maxPixels: number;
  /** The requested part of the file: a page, a frame, an HDU. */
  readonly part?: string | undefined;
  /** Minimum size, if the image may come smaller than it is. */
  readonly atLeast?: Size | undefined;
  /** Memory that decoding may take without asking, bytes. @default {Infinity} */
  readonly allowance?: number | undefined;
}

/** Thrown before memory is taken where an image takes more than the allowance. */
export class NeedsMemory extends Error {
  /** @param bytes The memory that decoding takes, at most. */
  constructor(readonly bytes: number) {
    super(`decoding takes ${bytes} bytes`);
  }
}

/** Memory per pixel while an image is decoded, bytes, where a decoder does not tell. */
const BYTES_PER_PIXEL = 24;

/** A decoder: the bytes of a whole file to pixels. */
export type Decoder = (bytes: Uint8Array, context: DecoderContext) => Image | Promise<Image>;

/** An error of a decoder for a file that a decoder of more variants may read. */
export class OtherVariant extends StrayError {
  /** The chosen page, as an option of libvips; empty for the first image. */
  select = "";
}

/**
 * Checks the size in a header before memory is allocated for it.
 *
 * @param bytesPerPixel Memory per pixel while the image is decoded: the file's samples, the result, and
 * what lies between. @default {24}
 * @throws {NeedsMemory} If the allowance is smaller than the memory that it takes.
 */
export function checkSize(
  width: number,
  height: number,
  context: DecoderContext,
  bytesPerPixel: number = BYTES_PER_PIXEL,
): void {
  const { thing, maxPixels, allowance = Infinity } = context;
  if (width < 1 || height < 1) {
    throw new StrayError(
      "decode",
      `Cannot decode ${thing} as its width and height must be at least 1: ` +
        `current size is ${width} x ${height}`,
    );
  }
  if (width * height > maxPixels) {
    throw new StrayError(
      "too_large",
      `Cannot decode ${thing} as it must have at most ${grouped(maxPixels)} pixels: ` +
        `current size is ${grouped(width)} x ${grouped(height)}`,
      { hint: `raise the limit with --max-pixels ${width * height} if you trust the file` },
    );
  }
  const bytes = width * height * bytesPerPixel;
  if (bytes > allowance) throw new NeedsMemory(bytes);
}

/** An error for damaged bytes. */
export function damaged(context: DecoderContext, reason: string, cause?: unknown): StrayError {
  return new StrayError("decode", `Cannot decode ${context.thing} as ${reason}`, {
    hint: "the file may be cut short: copy or download it again",
    cause,
  });
}

/** An error for a header whose size needs more data than the file has. */
export function oversized(context: DecoderContext): StrayError {
  return damaged(
    context,
    "it is truncated: its data cannot hold as many pixels as its header says",
  );
}

/** An error for a valid file of an unsupported variant, which libvips may read. */
export function unsupported(context: DecoderContext, reason: string, hint?: string): StrayError {
  return new OtherVariant("format", `Cannot decode ${context.thing} as ${reason}`, { hint });
}

/** An error for a valid file that no decoder here reads, or that would be misread. */
export function refused(context: DecoderContext, reason: string, hint?: string): StrayError {
  return new StrayError("format", `Cannot decode ${context.thing} as ${reason}`, { hint });
}

/**
 * The index of the requested part, from 0.
 *
 * @param parts The parts in messages, such as `pages`.
 * @param count Number of parts; undefined if it is not known.
 * @returns The index; undefined if none is requested.
 */
export function readPartIndex(
  context: DecoderContext,
  parts: string,
  count: number | undefined,
): number | undefined {
  const { part, thing } = context;
  if (part === undefined) return undefined;
  const index = /^\d+$/.test(part) ? Number(part) : NaN;
  if (index < (count ?? Infinity)) return index;
  throw new StrayError(
    "value",
    `Cannot decode ${thing} as its part must be a whole number` +
      (count === undefined ? "" : ` less than ${count}, its number of ${parts}`) +
      `: current value is ${JSON.stringify(part)}`,
    { hint: `${parts} are counted from 0` },
  );
}

function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}
