/** The file of `score --out`: in the making under another name, so that a killed run can go on with it. */

import { readScoreRecords, type ScoreRecord, usageError } from "../src/cli/mod.ts";
import { PartialFile } from "../src/partial_file.ts";
import { checkWritable, isStream } from "../src/write_file.ts";
import {
  checkSameRun,
  factsFile,
  foreignFile,
  readRun,
  type RunFacts,
  writeFacts,
  writeRun,
} from "./_shard_facts.ts";

/** Records that are in a file already. */
export interface RecordsBefore {
  readonly records: number;
  /** Number of records with an error. */
  readonly errors: number;
  /** The last; undefined if there is none. */
  readonly last: ScoreRecord | undefined;
}

/** The line before the records, where there is one. */
export interface FileHead {
  /** Names of columns; empty for NDJSON. */
  readonly head: string;
  /** Whether the file has it; of the parts of a table only the first has. */
  readonly hasHead: boolean;
}

/** A run that writes a file. */
export interface ScoreFileOptions extends FileHead {
  /** Whether the lines of an earlier run stay. */
  readonly resume: boolean;
  /** Facts of this run. */
  readonly run: RunFacts;
  /** Whether `FILE.shard` keeps them beside the complete file. */
  readonly keepsFacts: boolean;
}

const NEWLINE = 0x0a, QUOTE = 0x22;
const NONE: RecordsBefore = { records: 0, errors: 0, last: undefined };

/** A file that records are appended to. */
export class ScoreFile {
  /** Records of an earlier run. */
  readonly before: RecordsBefore;
  readonly #file: PartialFile;
  readonly #path: string;
  readonly #options: ScoreFileOptions;
  readonly #encoder = new TextEncoder();

  private constructor(
    file: PartialFile,
    path: string,
    options: ScoreFileOptions,
    before: RecordsBefore,
  ) {
    this.#file = file;
    this.#path = path;
    this.#options = options;
    this.before = before;
  }

  /**
   * Opens the file for writing, after its whole lines or anew.
   *
   * @param name The file as the user gave it.
   * @param path Its path.
   * @param options The run, and the line before the records, which is written where the file is to have it
   *   and has not.
   * @throws {StrayError} `usage` If this task may not write, another run began the file, or a file under a
   *   name that this one needs is none of `score`; `write` If it cannot be written; `input` If its lines are
   *   no records.
   */
  static async open(name: string, path: string, options: ScoreFileOptions): Promise<ScoreFile> {
    const { resume, run, keepsFacts, head, hasHead } = options;
    if (Deno.permissions.querySync({ name: "write", path }).state !== "granted") {
      throw usageError(
        `Cannot write "${name}" as the command must be allowed to write: the task score may only read`,
        "deno task score:out is the same command, and may write",
      );
    }
    if (await isStream(path)) {
      throw usageError(
        `Cannot write "${name}" as --out must be a plain file: it is a pipe, a device or stdout`,
        "omit --out, and redirect stdout: records go there",
      );
    }
    await checkWritable(path);
    const file = await PartialFile.open(path);
    try {
      await checkWritable(runFile(file));
      if (keepsFacts) {
        await checkWritable(factsFile(path));
        await readRun(factsFile(path));
      }
      const begun = await readRun(runFile(file));
      if (!begun && await file.size() > 0) throw foreignFile(file.partial);
      const end = resume && begun ? await wholeLines(file, head !== "") : 0;
      if (begun && end > 0) checkSameRun(name, begun, run, file.partial);
      await file.truncate(end);
      const before = end > 0 ? await readRecords(file, `${name}.partial`, { head, hasHead }) : NONE;
      await file.truncate(end);
      const opened = new ScoreFile(file, path, options, before);
      if (end === 0) {
        await writeRun(runFile(file), run); // before the first byte, so that none is without
        if (hasHead) await opened.write(head);
      }
      return opened;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** The name under which it is written. */
  get partial(): string {
    return this.#file.partial;
  }

  /** Appends lines. */
  async write(lines: string): Promise<void> {
    await this.#file.write(this.#encoder.encode(lines));
  }

  /**
   * Gives the complete file its name, and keeps the facts of its run where they are wanted.
   *
   * @param found Facts of the records.
   */
  async finish(
    found: {
      readonly from: number;
      readonly to: number;
      readonly records: number;
      readonly errors: number;
    },
  ): Promise<void> {
    const { run, keepsFacts } = this.#options;
    if (keepsFacts) await writeFacts(this.#path, this.#file.partial, { ...run, ...found });
    await this.#file.finish();
    await Deno.remove(runFile(this.#file)).catch(() => {}); // one more file does no harm
  }

  /** Removes the file and the facts of its run: no later run can complete it. */
  async discard(): Promise<void> {
    await this.#file.discard();
    await Deno.remove(runFile(this.#file)).catch(() => {}); // one more file does no harm
  }

  /** Closes the file; its lines stay for `--resume`. */
  close(): void {
    this.#file.close();
  }
}

/** The file of the facts while a run writes. */
function runFile({ partial }: PartialFile): string {
  return `${partial}.json`;
}

/** The length of the whole lines; in CSV a line end between quotes belongs to a value. */
async function wholeLines(file: PartialFile, isCsv: boolean): Promise<number> {
  let at = 0, end = 0, quoted = false;
  for await (const bytes of file.read()) {
    if (isCsv) {
      for (let i = 0; i < bytes.length; i++) {
        if (bytes[i] === QUOTE) quoted = !quoted;
        else if (bytes[i] === NEWLINE && !quoted) end = at + i + 1;
      }
    } else {
      const last = bytes.lastIndexOf(NEWLINE);
      if (last >= 0) end = at + last + 1;
    }
    at += bytes.length;
  }
  return end;
}

async function readRecords(
  file: PartialFile,
  name: string,
  head: FileHead,
): Promise<RecordsBefore> {
  const { value = new Uint8Array() } = await file.read().next();
  const start = new TextDecoder().decode(value.subarray(0, 4096));
  const wanted = head.head === "" ? "{" : head.hasHead ? head.head : "";
  if (!start.startsWith(wanted)) {
    throw usageError(
      `Cannot resume "${name}" as its lines must be those of the same flags: ` +
        `its first is "${start.split(/\r?\n/, 1)[0]!.slice(0, 60)}"`,
      "omit --resume to begin anew",
    );
  }
  return await countRecords(file.read(), name, head);
}

async function countRecords(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  { head, hasHead }: FileHead,
): Promise<RecordsBefore> {
  const stream = ReadableStream.from(withHead(chunks, hasHead ? "" : head));
  let records = 0, errors = 0, last: ScoreRecord | undefined;
  for await (const record of readScoreRecords(stream, name)) {
    records++;
    if (record.error !== undefined) errors++;
    last = record;
  }
  return { records, errors, last };
}

async function* withHead(chunks: AsyncIterable<Uint8Array>, head: string) {
  if (head !== "") yield new TextEncoder().encode(head);
  yield* chunks;
}

/**
 * Checks that a run goes on where the file ends: the image of its last line must be the one there now.
 *
 * @param last The last line.
 * @param record The record of the image in its place now; undefined if there is none.
 * @param name The file as the user gave it.
 * @throws {StrayError} `usage` If their paths differ.
 */
export function checkContinues(
  { path }: ScoreRecord,
  record: { readonly path?: unknown } | undefined,
  name: string,
): void {
  const [before, now] = [path, record?.path].map((value) => value || null); // CSV has "" for none
  if (before === now) return;
  throw usageError(
    `Cannot resume "${name}" as its last line must have the path ${JSON.stringify(now)}: ` +
      `current value is ${JSON.stringify(before)}`,
    "the inputs have changed: omit --resume to begin anew",
  );
}
