/** All sources as one stream of entries. */

import { StrayError } from "../errors.ts";
import type { Image } from "../images/mod.ts";
import { type CheckedSource, checkSources } from "./_check_sources.ts";
import { Skipped, walkFolder } from "./_folder.ts";
import { LimitedEntries } from "./_limit_warning.ts";
import { chunksOf, readLines } from "./_lines.ts";
import { readAhead, type Task } from "./_read_ahead.ts";
import { type ReadResult, SourceReader } from "./_source_reader.ts";
import { parseStdinLine } from "./_stdin_record.ts";
import { type AnyImage, type Entry, isFailed } from "./sample.ts";
import type { SourceOptions } from "./source_options.ts";

/** Maximum size of decoded images that wait. */
const AHEAD_BYTES = 1 << 27;

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
  const count = wholeNumber(options.readAhead, "read-ahead", 1, 16);
  options.signal?.throwIfAborted();
  const reader = new SourceReader(options);
  const stop = new AbortController();
  try {
    const checked = await checkSources(sources, reader, options);
    if (limit === 0) return;
    const results = readAhead<ReadResult<I>>(
      startTasks(checked, reader, options, stop.signal),
      () => stop.abort(),
      { count, bytes: AHEAD_BYTES, costOf, signal: options.signal },
    );
    const limited = limit < Infinity ? new LimitedEntries(checked) : undefined;
    let taken = 0;
    for await (const result of results) {
      for await (const entry of isMany(result) ? result : [result]) {
        if (isMany(result)) options.signal?.throwIfAborted();
        yield entry;
        limited?.add(entry);
        if (++taken < limit) continue;
        const message = await limited?.describe(limit, options);
        if (message !== undefined) options.onWarning?.(message);
        return;
      }
    }
  } finally {
    await reader.close();
  }
}

/** Yields one task per file, and one per folder for its warning. */
async function* startTasks<I extends AnyImage>(
  sources: readonly CheckedSource[],
  reader: SourceReader<I>,
  options: SourceOptions<I>,
  stop: AbortSignal,
): AsyncGenerator<Task<ReadResult<I>>> {
  for (const { kind, source } of sources) {
    if (kind === "file") yield (turn) => reader.read({ path: source }, turn);
    else if (kind === "folder") yield* startFolder(source, reader, options);
    else yield* startStdin(reader, options, stop);
  }
}

async function* startFolder<I extends AnyImage>(
  folder: string,
  reader: SourceReader<I>,
  options: SourceOptions<I>,
): AsyncGenerator<Task<ReadResult<I>>> {
  const skipped = new Skipped();
  const skip = (name: string) => void skipped.names.push(name);
  for await (const entry of walkFolder(options.baseDirectory, folder, skipped)) {
    yield (turn) => "error" in entry ? Promise.resolve(entry) : reader.read(entry, turn, skip);
  }
  yield () => Promise.resolve(warning());

  // Iterated after all entries of the folder, when all skipped files are known.
  // deno-lint-ignore require-yield
  async function* warning(): AsyncGenerator<Entry> {
    for (const message of [skipped.describe(folder), skipped.describeLeaving(folder)]) {
      if (message !== undefined) options.onWarning?.(message);
    }
  }
}

async function* startStdin<I extends AnyImage>(
  reader: SourceReader<I>,
  options: SourceOptions<I>,
  stop: AbortSignal,
): AsyncGenerator<Task<ReadResult<I>>> {
  const nulSeparated = options.nulSeparated ?? false;
  const stdin = options.stdin ?? Deno.stdin.readable;
  for await (const line of readLines(chunksOf(stdin, stop), nulSeparated)) {
    const record = parseStdinLine(line, nulSeparated);
    if (record === undefined) continue;
    if ("error" in record) {
      yield () => Promise.resolve(record);
      continue;
    }
    const { bytes, ...entry } = record;
    yield (turn) => bytes ? reader.decode(entry, bytes) : reader.read(entry, turn);
  }
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
