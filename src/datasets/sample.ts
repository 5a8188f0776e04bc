/** What a source of images yields: samples, and files that could not become one. */

import type { StrayError } from "../errors.ts";
import type { EncodedImage, Image } from "../images/mod.ts";

/** Pixels, or a file whose pixels are still to be decoded. */
export type AnyImage = Image | EncodedImage;

/** What a sample and a failed sample have in common. */
export interface EntryName {
  /** The name as the user gave it; an image inside a container is `FILE#INDEX`. */
  readonly path: string;
  /** The label that the source gives, if it gives one. */
  readonly label?: string;
  /** The other fields of an NDJSON record on stdin, passed through. */
  readonly fields?: Record<string, unknown>;
}

/**
 * One image with its name and, where the source has one, its label.
 *
 * @typeParam I What `SourceOptions.decode` makes of a file; a container's images are decoded always.
 */
export interface Sample<I extends AnyImage = Image> extends EntryName {
  /** The decoded pixels at source depth. */
  readonly image: I;
}

/** An image that could not be read, and why. */
export interface FailedSample extends EntryName {
  /** What went wrong. */
  readonly error: StrayError;
}

/**
 * One line out for each of these: a sample or a failed sample.
 *
 * @typeParam I What `SourceOptions.decode` makes of a file.
 */
export type Entry<I extends AnyImage = Image> = Sample<I> | FailedSample;

/**
 * Tells whether an entry is one that could not be read.
 *
 * @param entry An entry of a source.
 * @returns Whether it has an `error` in place of an `image`.
 *
 * @example
 * ```ts
 * import { isFailed } from "./sample.ts";
 * import { StrayError } from "../errors.ts";
 *
 * const entry = { path: "a.png", error: new StrayError("empty", "Cannot decode 0 bytes") };
 * if (!isFailed(entry)) throw new Error("an entry with an error is a failed one");
 * ```
 */
export function isFailed(entry: Entry<AnyImage>): entry is FailedSample {
  return "error" in entry;
}
