/** The file of `score --out`: in the making under another name, so that a killed run can go on with it. */

import { readScoreRecords, type ScoreRecord, usageError } from "../src/cli/mod.ts";
import { StrayError } from "../src/errors.ts";
import { PartialFile } from "../src/partial_file.ts";
import { checkWritable } from "../src/write_file.ts";

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

const NEWLINE = 0x0a, QUOTE = 0x22;
const NONE: RecordsBefore = { records: 0, errors: 0, last: undefined };

/** A file that records are appended to. */
export class ScoreFile {
  /** Records of an earlier run. */
  readonly before: RecordsBefore;
  readonly #file: PartialFile;
  readonly #encoder = new TextEncoder();

  private constructor(file: PartialFile, before: RecordsBefore) {
    this.#file = file;
    this.before = before;
  }

  /**
   * Opens the file for writing, after its whole lines or anew.
   *
   * @param name The file as the user gave it.
   * @param path Its path.
   * @param resume Whether the lines of an earlier run stay.
   * @param head The line before the records; written where the file is to have it and has not.
   * @throws {StrayError} `usage` If this task may not write, or the file has other columns; `write` If it
   *   cannot be written; `input` If its lines are no records.
   */
  static async open(
    name: string,
    path: string,
    { resume, ...head }: FileHead & { readonly resume: boolean },
  ): Promise<ScoreFile> {
    if (Deno.permissions.querySync({ name: "write", path }).state !== "granted") {
      throw usageError(
        `Cannot write "${name}" as the command must be allowed to write: the task score may only read`,
        "deno task score:out is the same command, and may write",
      );
    }
    await checkWritable(path);
    const file = await PartialFile.open(path);
    try {
      const end = resume ? await wholeLines(file, head.head !== "") : 0;
      await file.truncate(end);
      const before = end > 0 ? await readRecords(file, name, head) : NONE;
      await file.truncate(end);
      const opened = new ScoreFile(file, before);
      if (end === 0 && head.hasHead) await opened.write(head.head);
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

  /** Gives the complete file its name. */
  async finish(): Promise<void> {
    await this.#file.finish();
  }

  /** Removes the file, which no later run can complete. */
  async discard(): Promise<void> {
    await this.#file.discard();
  }

  /** Closes the file; its lines stay for `--resume`. */
  close(): void {
    this.#file.close();
  }
}

/**
 * Reads the records of a complete file.
 *
 * @param path The file.
 * @param head The line before the records.
 * @returns Their number.
 */
export async function readComplete(path: string, head: FileHead): Promise<RecordsBefore> {
  return await countRecords((await Deno.open(path)).readable, head);
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
  return await countRecords(file.read(), head);
}

async function countRecords(
  chunks: AsyncIterable<Uint8Array>,
  { head, hasHead }: FileHead,
): Promise<RecordsBefore> {
  const stream = ReadableStream.from(withHead(chunks, hasHead ? "" : head));
  let records = 0, errors = 0, last: ScoreRecord | undefined;
  for await (const record of readScoreRecords(stream)) {
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

/** Fields that an input and the flags decide: a run that goes on must give them again. */
const SAME = ["path", "model", "threshold"] as const;

/**
 * Checks that a run goes on where the file ends: its last line, made again, must say the same.
 *
 * @param last The last line.
 * @param record The record of the same image now.
 * @param name The file as the user gave it.
 * @param hasColumns Whether the fields of all lines were compared before. @default {false}
 * @throws {StrayError} `usage` If path, model, threshold or the names of fields differ.
 */
export function checkContinues(
  { fields }: ScoreRecord,
  record: { readonly [name: string]: unknown } | undefined,
  name: string,
  hasColumns: boolean = false,
): void {
  const bothScored = fields["error"] === undefined && record?.["error"] === undefined;
  for (const key of SAME) {
    const before = fields[key] ?? null, now = record?.[key] ?? null;
    if (before === now || key !== "path" && !bothScored) continue;
    throw new StrayError(
      "usage",
      `Cannot resume "${name}" as its last line must have the ${key} ${JSON.stringify(now)}: ` +
        `current value is ${JSON.stringify(before)}`,
      { hint: "the inputs or flags have changed: omit --resume to begin anew" },
    );
  }
  if (!record || hasColumns || !bothScored) return;
  const [before, now] = [fields, record].map((own) => Object.keys(own).join(", "));
  if (before === now) return;
  throw new StrayError(
    "usage",
    `Cannot resume "${name}" as its last line must have the fields ${now}: it has ${before}`,
    { hint: "give the flags of the first run, or omit --resume to begin anew" },
  );
}
