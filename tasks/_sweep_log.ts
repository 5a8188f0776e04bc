/** The records of a sweep in a file, so that it can go on where it ended. */

import { StrayError } from "../src/errors.ts";

/** A record, as JSON gives it. */
export type SweepRecord = Readonly<Record<string, unknown>>;

/** What was run already, and a file that new records are added to. */
export class SweepLog {
  readonly #path: string | undefined;
  readonly #lines: string[];
  readonly #done = new Map<string, SweepRecord>();

  private constructor(path: string | undefined, lines: string[], records: SweepRecord[]) {
    this.#path = path;
    this.#lines = lines;
    for (const record of records) this.#done.set(keyOf(record), record);
  }

  /**
   * Reads what there is.
   *
   * @param path The file; undefined if there is none to be.
   * @param name The file as the user gave it, for messages.
   * @returns The log.
   * @throws {StrayError} `input` If the file holds something else.
   */
  static async open(path: string | undefined, name: string): Promise<SweepLog> {
    if (path === undefined) return new SweepLog(undefined, [], []);
    const { checkWritable } = await import("../src/store/mod.ts");
    await checkWritable(path);
    const text = await Deno.readTextFile(path).catch((error) => {
      if (error instanceof Deno.errors.NotFound) return "";
      throw error;
    });
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    return new SweepLog(path, lines, lines.map((line, i) => parse(line, i + 1, name)));
  }

  /** The record of a run with the same settings, if there is one. */
  find(settings: SweepRecord): SweepRecord | undefined {
    return this.#done.get(keyOf(settings));
  }

  /** Adds a record; the file is whole at any time. */
  async add(record: SweepRecord): Promise<void> {
    this.#done.set(keyOf(record), record);
    this.#lines.push(JSON.stringify(record));
    if (this.#path === undefined) return;
    const { writeFileAtomically } = await import("../src/store/mod.ts");
    await writeFileAtomically(
      this.#path,
      new TextEncoder().encode(`${this.#lines.join("\n")}\n`),
    );
  }
}

/** What makes two runs the same. */
function keyOf({ run, settings }: SweepRecord): string {
  return JSON.stringify([sorted(run), sorted(settings)]);
}

function sorted(value: unknown): unknown {
  return Object.entries(value as Readonly<Record<string, unknown>> ?? {})
    .sort(([a], [b]) => a < b ? -1 : 1);
}

function parse(line: string, number: number, name: string): SweepRecord {
  try {
    const record = JSON.parse(line);
    if (typeof record?.run === "object" && typeof record.settings === "object") return record;
  } catch {
    // said below
  }
  throw new StrayError(
    "input",
    `Cannot go on with "${name}" as line ${number} must be a record of a sweep`,
    { hint: "name another --out; a sweep adds to its own records only" },
  );
}
