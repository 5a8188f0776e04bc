/** Every kind of source, one after the other, as one stream of entries. */

import { StrayError } from "../errors.ts";
import { describePassedOver, nothingPassedOver, walkFolder } from "./_folder.ts";
import { readLines } from "./_lines.ts";
import { type Loaded, Loader } from "./_loader.ts";
import { checkSources, type Plan } from "./_plan.ts";
import { readAhead } from "./_read_ahead.ts";
import { readRecord } from "./_records.ts";
import { type AnyImage, type Entry, isFailed } from "./sample.ts";
import type { Image } from "../images/mod.ts";
import type { SourceOptions } from "./source_options.ts";

/** Decoded bytes that wait to be taken. */
const AHEAD_BYTES = 1 << 27;

/**
 * Reads images from sources, in order, ahead of the consumer.
 *
 * A source is an image file; a folder; a folder of class folders, whose names become labels; `-`
 * for paths or NDJSON records on stdin, with the file itself in `base64` or not; an IDX file, with its labels file beside it; `.npy`;
 * `.npz#KEY`; `.csv` or `.tsv`, a vector a line; `.fits` or `.fits#HDU`; and one image of a
 * container, `FILE#INDEX` or `FILE.npz#KEY#INDEX`, as the entries of containers are named. gzip
 * around an IDX, npy, CSV or FITS file is seen through. A file whose name really contains `#` is
 * read as that file. Formats are told by content; CSV, which has no signature, by name.
 *
 * What is wrong with one image becomes a failed sample in its place. What is wrong with a source
 * as a whole is thrown, before the first image. Memory does not grow with the number of images,
 * except for their labels and for the names in a folder.
 *
 * @typeParam I What `options.decode` makes of a file: pixels, or the bytes as they are.
 * @param sources Sources, as the user gave them.
 * @param options Limits, stdin, read-ahead.
 * @returns Samples and failed samples; it closes what it opened when the consumer stops early.
 * @throws {StrayError} If a folder or a container is missing, empty, damaged or of no use
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
 * if (paths.join() !== "missing.png not_found") throw new Error("one line for each image");
 * ```
 */
export async function* readSources<I extends AnyImage = Image>(
  sources: readonly string[],
  options: SourceOptions<I> = {},
): AsyncGenerator<Entry<Image | I>> {
  const limit = wholeNumber(options.limit, "limit", 0, Infinity);
  const count = wholeNumber(options.readAhead, "read-ahead", 1, 16);
  options.signal?.throwIfAborted();
  const loader = new Loader(options);
  const stop = new AbortController();
  try {
    const plans = await checkSources(sources, loader, options);
    if (limit === 0) return;
    const results = readAhead<Loaded<I>>(
      startTasks(plans, loader, options, stop.signal),
      () => stop.abort(),
      {
        count,
        bytes: AHEAD_BYTES,
        costOf,
        signal: options.signal,
      },
    );
    let taken = 0;
    for await (const result of results) {
      if (!isMany(result)) {
        yield result;
        if (++taken === limit) return;
        continue;
      }
      for await (const entry of result) {
        options.signal?.throwIfAborted();
        yield entry;
        if (++taken === limit) return;
      }
    }
  } finally {
    await loader.close();
  }
}

/** Yields one task an image, a container or a remark. */
async function* startTasks<I extends AnyImage>(
  plans: readonly Plan[],
  loader: Loader<I>,
  options: SourceOptions<I>,
  stop: AbortSignal,
): AsyncGenerator<() => Promise<Loaded<I>>> {
  for (const { kind, source } of plans) {
    if (kind === "file") yield () => loader.load({ path: source });
    else if (kind === "folder") yield* startFolder(source, loader, options);
    else yield* startStdin(loader, options, stop);
  }
}

async function* startFolder<I extends AnyImage>(
  folder: string,
  loader: Loader<I>,
  options: SourceOptions<I>,
): AsyncGenerator<() => Promise<Loaded<I>>> {
  const passedOver = nothingPassedOver();
  const passOver = (name: string) => void passedOver.names.push(name);
  for await (const entry of walkFolder(options.baseDirectory, folder, passedOver)) {
    yield () => "error" in entry ? Promise.resolve(entry) : loader.load(entry, passOver);
  }
  yield () => Promise.resolve(remark());

  // Iterated when all before it is taken: only then it is known what was passed over.
  // deno-lint-ignore require-yield
  async function* remark(): AsyncGenerator<Entry> {
    const message = describePassedOver(folder, passedOver);
    if (message !== undefined) options.onWarning?.(message);
  }
}

async function* startStdin<I extends AnyImage>(
  loader: Loader<I>,
  options: SourceOptions<I>,
  stop: AbortSignal,
): AsyncGenerator<() => Promise<Loaded<I>>> {
  const nulSeparated = options.nulSeparated ?? false;
  const stdin = options.stdin ?? Deno.stdin.readable;
  for await (const line of readLines(stdin, nulSeparated, stop)) {
    const record = readRecord(line, nulSeparated);
    if (record === undefined) continue;
    if ("error" in record) {
      yield () => Promise.resolve(record);
      continue;
    }
    const { bytes, ...entry } = record;
    yield () => bytes ? loader.loadBytes(entry, bytes) : loader.load(entry);
  }
}

function isMany<I extends AnyImage>(loaded: Loaded<I>): loaded is AsyncGenerator<Entry> {
  return Symbol.asyncIterator in loaded;
}

function costOf(loaded: Loaded<AnyImage>): number {
  if (isMany(loaded) || isFailed(loaded)) return 0;
  return ("data" in loaded.image ? loaded.image.data : loaded.image.bytes).byteLength;
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
