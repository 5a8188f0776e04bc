/** Checks that every decoder makes from a file's header, before memory is taken. */

import { StrayError } from "../errors.ts";

/** What every decoder is told. */
export interface DecoderContext {
  /** `the image`, or the quoted name of the file: the thing in messages. */
  readonly thing: string;
  /** The most pixels that an image may claim. */
  readonly maxPixels: number;
}

/** A size that a header claims, checked: both at least 1, the product within the limit. */
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
      { hint: `raise the limit with --max-pixels ${width * height} if the file can be trusted` },
    );
  }
}

/** An error for bytes that are damaged. */
export function damaged(context: DecoderContext, reason: string, cause?: unknown): StrayError {
  return new StrayError("decode", `Cannot decode ${context.thing} as ${reason}`, { cause });
}

/** An error for a file that is whole, but of a kind that stray does not read. */
export function unsupported(context: DecoderContext, reason: string, hint?: string): StrayError {
  return new StrayError("format", `Cannot decode ${context.thing} as ${reason}`, { hint });
}

function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}
