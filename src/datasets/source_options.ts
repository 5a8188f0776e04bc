/** The options that every source of images understands. */

import type { DecodeOptions, Image } from "../images/mod.ts";
import type { FileHash } from "../file_hash.ts";
import type { AnyImage } from "./sample.ts";

/**
 * Options of {@linkcode readSources}.
 *
 * @typeParam I What `decode` makes of a file.
 */
export interface SourceOptions<I extends AnyImage = Image> {
  /**
   * The folder that relative paths are relative to, on stdin too.
   *
   * @default {the current folder}
   */
  readonly baseDirectory?: string;
  /**
   * Stop after this many entries, over all sources together, failed ones included.
   *
   * @default {Infinity}
   */
  readonly limit?: number;
  /**
   * An image that claims more pixels than this (width times height) is refused.
   *
   * @default {100_000_000}
   */
  readonly maxPixels?: number;
  /**
   * An array of two axes, (N, D), in npy, npz or IDX is a list of N vectors, each an image of D
   * columns and one row, rather than one image. CSV always is such a list.
   *
   * @default {false}
   */
  readonly vectors?: boolean;
  /**
   * What the only source must hash to: a file of other content is refused before the first image.
   *
   * @default {[]}
   */
  readonly hashes?: readonly FileHash[];
  /**
   * JPEG files may come at a half, a quarter or an eighth of their size, as long as they stay at
   * least this large: several times faster for images that are shrunk afterwards.
   *
   * @default {full size}
   */
  readonly atLeast?: { readonly width: number; readonly height: number };
  /**
   * The most files that are opened and decoded ahead of the one that is wanted; fewer when they
   * are large.
   *
   * @default {16}
   */
  readonly readAhead?: number;
  /**
   * What becomes of an image file's bytes. It may give them back as they are, to be decoded by
   * whoever takes them; an error that it throws makes a failed sample.
   *
   * @default {decode}
   */
  readonly decode?: (bytes: Uint8Array, options: DecodeOptions) => I | Promise<I>;
  /**
   * The source `-` separates paths with NUL instead of newlines, and has no NDJSON records.
   *
   * @default {false}
   */
  readonly nulSeparated?: boolean;
  /**
   * What the source `-` reads.
   *
   * @default {Deno.stdin.readable}
   */
  readonly stdin?: ReadableStream<Uint8Array>;
  /** Aborting it makes the generator throw the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called with one line for things passed over, such as files of a folder that are no images. */
  readonly onWarning?: (message: string) => void;
}
