/** The records of a sweep in a file, from which the sweep can continue. */

import type { JsonObject } from "../src/cli/mod.ts";
import { StrayError } from "../src/errors.ts";
import { checkWritable, writeFileAtomically } from "../src/write_file.ts";

/** The runs that are done, and a file that new records are appended to. */
export class SweepLog {
  readonly #path: string | undefined;
  readonly #lines: string[];
  readonly #done = new Map<string, JsonObject>();

  private constructor(path: string | undefined, lines: string[], records: JsonObject[]) {
    this.#path = path;
    this.#lines = lines;
    for (const record of records) this.#done.set(keyOf(record), record);
  }

  /**
   * Reads the records of earlier runs.
   *
   * @param name The file as the user gave it, for messages.
   * @throws {StrayError} `input` If the file is not a log of sweeps.
   */
  static async open(path: string | undefined, name: string): Promise<SweepLog> {
    if (path === undefined) return new SweepLog(undefined, [], []);
    await checkWritable(path);
    const text = await Deno.readTextFile(path).catch((error) => {
      if (error instanceof Deno.errors.NotFound) return "";
      const reason = (error as Error).message;
      throw new StrayError("input", `Cannot continue "${name}" as it must be readable: ${reason}`, {
        hint: "give another --out",
        cause: error,
      });
    });
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    return new SweepLog(path, lines, lines.map((line, i) => parse(line, i + 1, name)));
  }

  /** Finds the record of a run with the same settings. */
  find(settings: JsonObject): JsonObject | undefined {
    return this.#done.get(keyOf(settings));
  }

  /** Adds a record; the file is complete at any time. */
  async add(record: JsonObject): Promise<void> {
    this.#done.set(keyOf(record), record);
    this.#lines.push(JSON.stringify(record));
    if (this.#path === undefined) return;
    await writeFileAtomically(
      this.#path,
      new TextEncoder().encode(`${this.#lines.join("\n")}\n`),
    );
  }
}

/** Identifies a run. */
function keyOf({ run, settings }: JsonObject): string {
  return JSON.stringify([sorted(run), sorted(settings)]);
}

function sorted(value: unknown): unknown {
  return Object.entries(value as JsonObject ?? {})
    .sort(([a], [b]) => a < b ? -1 : 1);
}

function parse(line: string, number: number, name: string): JsonObject {
  try {
    const record = JSON.parse(line);
    if (typeof record?.run === "object" && typeof record.settings === "object") return record;
  } catch {
    // Reported below.
  }
  throw new StrayError(
    "input",
    `Cannot continue "${name}" as line ${number} must be a record of a sweep`,
    { hint: "give another --out; a sweep appends to its own records only" },
  );
}
