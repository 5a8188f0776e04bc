/** Checks of every decoder, and its errors. */

import { StrayError } from "../errors.ts";

/** Limits and name for a decoder. */
export interface DecoderContext {
  /** The image in messages: `the image`, or the quoted name of the file. */
  readonly thing: string;
  /** Maximum number of pixels. */
  readonly maxPixels: number;
}

/** Checks the size in a header before memory is allocated for it. */
export function checkSize(width: number, height: number, context: DecoderContext): void {
  const { thing, maxPixels } = context;
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
}

/** An error for damaged bytes. */
export function damaged(context: DecoderContext, reason: string, cause?: unknown): StrayError {
  return new StrayError("decode", `Cannot decode ${context.thing} as ${reason}`, { cause });
}

/** An error for a header whose size needs more data than the file has. */
export function oversized(context: DecoderContext): StrayError {
  return damaged(
    context,
    "it is truncated: its data cannot hold as many pixels as its header says",
  );
}

/** An error for a valid file of an unsupported variant. */
export function unsupported(context: DecoderContext, reason: string, hint?: string): StrayError {
  return new StrayError("format", `Cannot decode ${context.thing} as ${reason}`, { hint });
}

function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}
