/** Options of all sources. */

import type { FileHash } from "../file_hash.ts";
import type { MemoryBudget } from "../memory_budget.ts";
import type { Shard, Span } from "../shard.ts";
import type { DecodeOptions, Image, Size } from "../images/mod.ts";
import type { AnyImage } from "./sample.ts";

/**
 * Options of {@linkcode readSources}.
 *
 * @typeParam I Result of `decode`.
 */
export interface SourceOptions<I extends AnyImage = Image> {
  /** Folder of relative paths, on stdin too. @default {the current folder} */
  readonly baseDirectory?: string;
  /** Maximum number of entries of all sources, failed ones included. @default {Infinity} */
  readonly limit?: number;
  /**
   * Reads one of several contiguous parts of the entries. They are counted first: folders are listed
   * and containers opened, and the lines of stdin are all kept in memory.
   *
   * @default {all entries}
   */
  readonly shard?: Shard;
  /** Number of entries to pass over at the beginning, of the part if there is one. @default {0} */
  readonly skip?: number;
  /**
   * Called before the first entry with the positions that are read, `skip` included; `to` is infinite
   * where the number of entries is unknown.
   */
  readonly onSpan?: (span: Span) => void;
  /** Maximum number of pixels per image. @default {100_000_000} */
  readonly maxPixels?: number;
  /**
   * Whether an array of two axes, (N, D), in npy, npz, IDX or HDF5 is a list of N vectors, each an
   * image of one row, instead of one image. CSV always is such a list.
   *
   * @default {false}
   */
  readonly vectors?: boolean;
  /** Memory that large files and images share, in all threads. @default {no limit} */
  readonly memory?: MemoryBudget;
  /**
   * Identities (`fileIdentity`) of files that will be written: reading an image or a container that is
   * one of them ends the stream with an error, as it would be destroyed.
   *
   * @default {none}
   */
  readonly outputs?: ReadonlySet<string>;
  /** Expected hashes of the only source, checked before the first image. @default {[]} */
  readonly hashes?: readonly FileHash[];
  /**
   * Minimum size of JPEG images, which may come at a half, a quarter or an eighth of their size: that
   * is several times faster for images that are shrunk afterwards.
   *
   * @default {full size}
   */
  readonly atLeast?: Size;
  /**
   * Maximum number of files that are opened and decoded ahead; fewer if they are large.
   *
   * @default {16}
   */
  readonly readAhead?: number;
  /**
   * Decodes an image file, or returns it for decoding elsewhere. An error becomes a failed sample.
   *
   * @default {decode}
   */
  readonly decode?: (bytes: Uint8Array, options: DecodeOptions) => I | Promise<I>;
  /** Whether `-` has paths that end with NUL, and no NDJSON records. @default {false} */
  readonly nulSeparated?: boolean;
  /** The stream of `-`. @default {Deno.stdin.readable} */
  readonly stdin?: ReadableStream<Uint8Array>;
  /** Aborts with its reason. */
  readonly signal?: AbortSignal;
  /** Called with one line on skipped content, such as files in a folder that are not images. */
  readonly onWarning?: (message: string) => void;
}
