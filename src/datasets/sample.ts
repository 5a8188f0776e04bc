/** Entries of a source: samples and failed samples. */

import type { StrayError } from "../errors.ts";
import type { EncodedImage, Image } from "../images/mod.ts";

/** Pixels, or a file that is not yet decoded. */
export type AnyImage = Image | EncodedImage;

/** Name and label of a sample or failed sample. */
export interface EntryName {
  /** Name, as the user gave it; `FILE#INDEX` for an image in a container. */
  readonly path: string;
  /** Label in the source, if any. */
  readonly label?: string;
  /** Other fields of an NDJSON record on stdin, passed through. */
  readonly fields?: Record<string, unknown>;
}

/**
 * An image with its name and label.
 *
 * @typeParam I Result of `SourceOptions.decode`; images of containers are always pixels.
 */
export interface Sample<I extends AnyImage = Image> extends EntryName {
  /** The image, at source depth. */
  readonly image: I;
}

/** An image that cannot be read. */
export interface FailedSample extends EntryName {
  /** The reason. */
  readonly error: StrayError;
}

/**
 * A sample or a failed sample.
 *
 * @typeParam I Result of `SourceOptions.decode`.
 */
export type Entry<I extends AnyImage = Image> = Sample<I> | FailedSample;

/**
 * Whether an entry is a failed sample.
 *
 * @param entry An entry of a source.
 * @returns Whether it has an `error` instead of an `image`.
 *
 * @example
 * ```ts
 * import { isFailed } from "./sample.ts";
 * import { StrayError } from "../errors.ts";
 *
 * const entry = { path: "a.png", error: new StrayError("empty", "Cannot decode 0 bytes") };
 * if (!isFailed(entry)) throw new Error("an entry with an error has failed");
 * ```
 */
export function isFailed(entry: Entry<AnyImage>): entry is FailedSample {
  return "error" in entry;
}
