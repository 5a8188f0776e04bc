/** The files of sources, in order: each is counted or read when its turn comes. */

import type { StrayError } from "../errors.ts";
import type { CheckedSource } from "./_check_sources.ts";
import { Skipped, walkFolder } from "./_folder.ts";
import { chunksOf, type Line, readLines } from "./_lines.ts";
import type { Task } from "./_read_ahead.ts";
import type { ReadResult, SourceReader } from "./_source_reader.ts";
import { parseStdinLine } from "./_stdin_record.ts";
import type { Span } from "../shard.ts";
import type { AnyImage, Entry } from "./sample.ts";
import type { SourceOptions } from "./source_options.ts";

/** A file, or a record on stdin. */
export interface ListedFile<I extends AnyImage> {
  /**
   * Counts its entries.
   *
   * @param exact Whether to read a container that does not tell; else it counts as infinite.
   */
  count(exact: boolean): Promise<number>;
  /**
   * Makes the task that reads it.
   *
   * @param span The entries to read, where it is a container. @default {all}
   */
  read(span?: Span): Task<ReadResult<I>>;
}

/** Options of reading the files of sources. */
export interface ListOptions<I extends AnyImage> extends SourceOptions<I> {
  /** The lines of stdin, where they were read before. */
  readonly lines?: readonly Line[] | undefined;
  /** Ends a wait for stdin. */
  readonly stop: AbortSignal;
}

/** Yields the files of all sources, and one without entries per folder for its warning. */
export async function* listFiles<I extends AnyImage>(
  sources: readonly CheckedSource[],
  reader: SourceReader<I>,
  options: ListOptions<I>,
): AsyncGenerator<ListedFile<I>> {
  for (const { kind, source } of sources) {
    if (kind === "file") {
      yield {
        count: (exact) => reader.count(source, false, exact),
        read: (span) => (turn) => reader.read({ path: source }, turn, undefined, span),
      };
    } else if (kind === "folder") yield* listFolder(source, reader, options);
    else yield* listStdin(reader, options);
  }
}

async function* listFolder<I extends AnyImage>(
  folder: string,
  reader: SourceReader<I>,
  options: SourceOptions<I>,
): AsyncGenerator<ListedFile<I>> {
  const skipped = new Skipped();
  const skip = (name: string, error?: StrayError) => skipped.add(name, error);
  for await (const entry of walkFolder(options.baseDirectory, folder, skipped)) {
    yield "error" in entry ? listedEntry(entry) : {
      count: (exact) => reader.count(entry.path, true, exact),
      read: (span) => (turn) => reader.read(entry, turn, skip, span),
    };
  }
  yield { count: () => Promise.resolve(0), read: () => () => Promise.resolve(warning()) };

  // Iterated after all entries of the folder, when all skipped files are known.
  // deno-lint-ignore require-yield
  async function* warning(): AsyncGenerator<Entry> {
    for (const message of [skipped.describe(folder), skipped.describeLeaving(folder)]) {
      if (message !== undefined) options.onWarning?.(message);
    }
  }
}

async function* listStdin<I extends AnyImage>(
  reader: SourceReader<I>,
  options: ListOptions<I>,
): AsyncGenerator<ListedFile<I>> {
  const nulSeparated = options.nulSeparated ?? false;
  for await (const line of options.lines ?? stdinLines(options)) {
    const record = parseStdinLine(line, nulSeparated);
    if (record === undefined) continue;
    if ("error" in record) {
      yield listedEntry(record);
      continue;
    }
    const { bytes, ...entry } = record;
    if (!bytes) await reader.refuseOutput(entry.path);
    yield {
      count: (exact) => bytes ? Promise.resolve(1) : reader.count(entry.path, false, exact),
      read: (span) => (turn) =>
        bytes ? reader.decode(entry, bytes) : reader.read(entry, turn, undefined, span),
    };
  }
}

/** The lines of stdin, as they come. */
export function stdinLines<I extends AnyImage>(
  { stdin = Deno.stdin.readable, nulSeparated = false, stop }: ListOptions<I>,
): AsyncGenerator<Line> {
  return readLines(chunksOf(stdin, stop), nulSeparated);
}

/** An entry that is there already: an error. */
function listedEntry<I extends AnyImage>(entry: Entry<I>): ListedFile<I> {
  return { count: () => Promise.resolve(1), read: () => () => Promise.resolve(entry) };
}
