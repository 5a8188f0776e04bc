/** All sources as one stream of entries. */

import { StrayError } from "../errors.ts";
import type { Image } from "../images/mod.ts";
import { budgetBytes } from "../memory_budget.ts";
import { type Span, spanOf } from "../shard.ts";
import { type CheckedSource, checkSources } from "./_check_sources.ts";
import { listFiles, type ListOptions, stdinLines } from "./_file_list.ts";
import { LimitedEntries } from "./_limit_warning.ts";
import { readAhead, type Task } from "./_read_ahead.ts";
import { type ReadResult, SourceReader } from "./_source_reader.ts";
import { Window } from "./_window.ts";
import { type AnyImage, type Entry, isFailed } from "./sample.ts";
import type { SourceOptions } from "./source_options.ts";

/** Maximum size of decoded images that wait, and their maximum share of the memory budget. */
const AHEAD_BYTES = 1 << 27;
const AHEAD_SHARE = 1 / 4;

/**
 * Reads images from sources, in order, ahead of the consumer.
 *
 * A source is an image file; a folder; a folder of class folders, whose names become labels; `-` for
 * paths or NDJSON records on stdin, which may hold the file in `base64`; an IDX file, with its labels
 * file beside it; `.npy`; `.npz#KEY`; `.h5#DATASET`; `.csv` or `.tsv`, one vector per line; a part of
 * a file, such as `.fits#HDU`, `.fits#NAME[PLANE]`, `.tif#PAGE`, `.gif#FRAME`; and one image of a
 * container, `FILE#INDEX` or `FILE.npz#KEY#INDEX`, the names of containers' entries. IDX, npy, CSV and FITS files may be compressed by gzip. A file with `#` in its name
 * precedes a part of a file. Formats are recognised by content; CSV, without a signature, by name.
 *
 * An error of one image becomes a failed sample in its place. An error of a whole source is thrown
 * before the first image. Memory does not grow with the number of images, except for labels and for
 * the names in a folder.
 *
 * @typeParam I Result of `options.decode`: pixels, or the bytes of the file.
 * @param sources Names of the sources.
 * @param options Limits, stdin, read-ahead.
 * @returns Samples and failed samples; files are closed when the consumer stops.
 * @throws {StrayError} If a folder or a container is missing, empty, damaged or unusable
 *   (`not_found`, `empty`, `decode`, `shape`, `label`, `hash`, …), or an option is out of range
 *   (`value`).
 *
 * @example
 * ```ts
 * import { isFailed } from "./sample.ts";
 * import { readSources } from "./read_sources.ts";
 *
 * const paths: string[] = [];
 * for await (const entry of readSources(["missing.png"], {})) {
 *   paths.push(`${entry.path} ${isFailed(entry) ? entry.error.code : "read"}`);
 * }
 * if (paths.join() !== "missing.png not_found") throw new Error("unexpected entries");
 * ```
 */
export async function* readSources<I extends AnyImage = Image>(
  sources: readonly string[],
  options: SourceOptions<I> = {},
): AsyncGenerator<Entry<Image | I>> {
  const limit = wholeNumber(options.limit, "limit", 0, Infinity);
  const skip = wholeNumber(options.skip, "number of entries to skip", 0, 0);
  const count = wholeNumber(options.readAhead, "read-ahead", 1, 16);
  options.signal?.throwIfAborted();
  const reader = new SourceReader(options);
  const stop = new AbortController();
  try {
    const checked = await checkSources(sources, reader, options);
    if (limit === 0) return;
    const isPart = options.shard !== undefined || skip > 0;
    const lines = options.shard && checked.some(({ kind }) => kind === "stdin")
      ? await Array.fromAsync(stdinLines({ ...options, stop: stop.signal }))
      : undefined;
    const listed = { ...options, lines, stop: stop.signal };
    const span = await spanToRead(checked, reader, listed, { limit, skip });
    options.onSpan?.(span);
    const results = readAhead<ReadResult<I>>(
      startTasks(checked, reader, listed, isPart ? span : undefined),
      () => stop.abort(),
      { count, bytes: aheadBytes(options), costOf, signal: options.signal },
    );
    const limited = limit < Infinity && !isPart ? new LimitedEntries(checked) : undefined;
    let taken = 0;
    for await (const result of results) {
      for await (const entry of isMany(result) ? result : [result]) {
        if (isMany(result)) options.signal?.throwIfAborted();
        yield entry;
        limited?.add(entry);
        if (isPart || ++taken < limit) continue;
        const message = await limited?.describe(limit, options);
        if (message !== undefined) options.onWarning?.(message);
        return;
      }
    }
  } finally {
    await reader.close();
  }
}

/** The positions that are read; undefined where that is all. */
async function spanToRead<I extends AnyImage>(
  sources: readonly CheckedSource[],
  reader: SourceReader<I>,
  options: ListOptions<I>,
  { limit, skip }: { readonly limit: number; readonly skip: number },
): Promise<Span> {
  const { shard } = options;
  if (!shard) return { from: skip, to: limit };
  let total = 0;
  for await (const file of listFiles(sources, reader, options)) {
    options.signal?.throwIfAborted();
    if (total >= limit) break;
    total += await file.count(true);
  }
  const { from, to } = spanOf(shard, Math.min(total, limit));
  return { from: Math.min(from + skip, to), to };
}

/** Yields the tasks of the files within some positions. */
async function* startTasks<I extends AnyImage>(
  sources: readonly CheckedSource[],
  reader: SourceReader<I>,
  options: ListOptions<I>,
  span: Span | undefined,
): AsyncGenerator<Task<ReadResult<I>>> {
  const window = span && new Window(span);
  for await (const file of listFiles(sources, reader, options)) {
    if (!window) {
      yield file.read();
      continue;
    }
    if (window.isPast) return;
    const part = await window.take(() => file.count(true));
    if (part) yield file.read(part);
  }
}

function aheadBytes({ memory }: SourceOptions<AnyImage>): number {
  return memory ? Math.min(AHEAD_BYTES, AHEAD_SHARE * budgetBytes(memory)) : AHEAD_BYTES;
}

function isMany<I extends AnyImage>(result: ReadResult<I>): result is AsyncGenerator<Entry> {
  return Symbol.asyncIterator in result;
}

function costOf(result: ReadResult<AnyImage>): number {
  if (isMany(result) || isFailed(result)) return 0;
  return ("data" in result.image ? result.image.data : result.image.bytes).byteLength;
}

function wholeNumber(
  value: number | undefined,
  field: string,
  least: number,
  otherwise: number,
): number {
  if (value === undefined) return otherwise;
  if (value === Infinity || Number.isInteger(value) && value >= least) return value;
  throw new StrayError(
    "value",
    `Cannot read the sources as the ${field} must be a whole number of at least ${least}: ` +
      `current value is ${value}`,
  );
}
