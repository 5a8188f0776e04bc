/**
 * The facts of a run of `score --out FILE`: in `FILE.partial.json` while it writes, by which `--resume` goes
 * on, and then in `FILE.shard`, by which `merge` finds what is wrong.
 */

import * as v from "valibot";
import { type JsonObject, usageError } from "../src/cli/mod.ts";
import { StrayError } from "../src/errors.ts";
import { hashFile } from "../src/file_hash.ts";
import { writeFailure, writeFileAtomically } from "../src/write_file.ts";

const COUNT = v.pipe(v.number(), v.integer(), v.minValue(0));
const RUN = v.object({
  shard: COUNT,
  of: COUNT,
  model: v.string(),
  inputs: v.string(),
  settings: v.record(v.string(), v.unknown()),
  version: v.string(),
});
const FACTS = v.object({
  ...RUN.entries,
  from: COUNT,
  to: COUNT,
  records: COUNT,
  errors: COUNT,
  bytes: COUNT,
  sha256: v.string(),
});

/** The facts that a run knows before it begins. */
export interface RunFacts extends v.InferOutput<typeof RUN> {
  /** Number of the part, from 1. */
  readonly shard: number;
  /** Number of parts; 1 for a whole. */
  readonly of: number;
  /** Hash of the model file. */
  readonly model: string;
  /** Hash of the names of the inputs. */
  readonly inputs: string;
  /** The flags that decide the records. */
  readonly settings: JsonObject;
  /** Version of stray. */
  readonly version: string;
}

/** The facts of a complete part. */
export interface ShardFacts extends RunFacts {
  /** Position of its first input among all. */
  readonly from: number;
  /** Position after its last input. */
  readonly to: number;
  /** Number of its records. */
  readonly records: number;
  /** Number of records with an error. */
  readonly errors: number;
  /** Size of the file. */
  readonly bytes: number;
  /** SHA-256 of the file, hexadecimal. */
  readonly sha256: string;
}

/** The file of the facts of a part. */
export function factsFile(path: string): string {
  return `${path}.shard`;
}

/** Writes the facts of a run that begins. */
export async function writeRun(file: string, run: RunFacts): Promise<void> {
  await writeFileAtomically(file, new TextEncoder().encode(`${JSON.stringify(run)}\n`));
}

/**
 * Reads the facts of a run.
 *
 * @param file A file of {@linkcode writeRun} or {@linkcode writeFacts}.
 * @returns The facts; undefined if there is no such file.
 * @throws {StrayError} `usage` If it is another file, which would be overwritten; `write` If it cannot be
 *   read.
 */
export async function readRun(file: string): Promise<RunFacts | undefined> {
  let text: string;
  try {
    text = await Deno.readTextFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw writeFailure(file, error);
  }
  const parsed = v.safeParse(RUN, parseJson(text));
  if (parsed.success) return parsed.output;
  throw foreignFile(file);
}

/** The error for a file of the user under a name that `score --out` needs. */
export function foreignFile(file: string): StrayError {
  return usageError(
    `Cannot write "${file}" as it must be free, or left by score: it is another file`,
    "move or remove it, or give --out another name",
  );
}

/**
 * Checks that a run is the one that began a file.
 *
 * @param name The file as the user gave it.
 * @param before The run that began it.
 * @param now This run.
 * @param file The file that has the records so far.
 * @throws {StrayError} `usage` If they differ.
 */
export function checkSameRun(name: string, before: RunFacts, now: RunFacts, file: string): void {
  const differ: string[] = [];
  const compare = (word: string, ...values: readonly [unknown, unknown]) => {
    const [old, own] = values.map((value) => value === undefined ? "none" : JSON.stringify(value));
    if (old !== own) differ.push(`${word} ${old}, now ${own}`);
  };
  compare("model", before.model, now.model);
  compare("--shard", `${before.shard}/${before.of}`, `${now.shard}/${now.of}`);
  for (const key of new Set([before, now].flatMap(({ settings }) => Object.keys(settings)))) {
    compare(`--${key}`, before.settings[key], now.settings[key]);
  }
  if (before.inputs !== now.inputs) differ.push("other inputs");
  if (differ.length === 0) return;
  throw usageError(
    `Cannot resume "${name}" as model, flags and inputs must be those that it was begun with: ` +
      `it has ${differ.join("; ")}`,
    `give the same again, or remove "${file}"`,
  );
}

/**
 * Writes the facts of a part that is complete but for its name.
 *
 * @param path The part.
 * @param content The file that has its content.
 * @param facts Its facts but those of the file.
 * @throws {StrayError} `write` If the facts cannot be written.
 */
export async function writeFacts(
  path: string,
  content: string,
  facts: Omit<ShardFacts, "bytes" | "sha256">,
): Promise<void> {
  let bytes: number, sha256: string | undefined;
  try {
    ({ size: bytes } = await Deno.stat(content));
    [sha256] = await hashFile(content, ["sha256"]);
  } catch (cause) {
    throw writeFailure(factsFile(path), cause);
  }
  const json = JSON.stringify({ ...facts, bytes, sha256 });
  await writeFileAtomically(factsFile(path), new TextEncoder().encode(`${json}\n`));
}

/**
 * Reads the facts of a part, and compares them with the file.
 *
 * @param path The part.
 * @param name The part as the user gave it.
 * @param verb The use of it, for messages. @default {"merge"}
 * @throws {StrayError} `not_found` If part or facts are not there; `input` If the part is cut short or
 *   changed, or the facts are none.
 */
export async function readFacts(
  path: string,
  name: string,
  verb: string = "merge",
): Promise<ShardFacts> {
  const fail = (reason: string, hint: string, code: "input" | "not_found" = "input") =>
    new StrayError(code, `Cannot ${verb} "${name}" as ${reason}`, { hint });
  let size: number;
  try {
    ({ size } = await Deno.stat(path));
  } catch {
    const isPartial = await Deno.stat(`${path}.partial`).then(() => true, () => false);
    throw fail(
      isPartial ? "it must be complete: only its .partial is there" : "there is no such file",
      isPartial
        ? "let its run end, or go on with score --resume"
        : "score it: --shard I/N --out FILE",
      "not_found",
    );
  }
  let text: string;
  try {
    text = await Deno.readTextFile(factsFile(path));
  } catch {
    throw fail(
      `"${factsFile(name)}" must tell which part it is: it cannot be read`,
      "score --shard I/N --out FILE writes both; move them together",
      "not_found",
    );
  }
  const parsed = v.safeParse(FACTS, parseJson(text));
  if (!parsed.success) {
    throw fail(`"${factsFile(name)}" must be as score writes it`, "score the part again");
  }
  const facts = parsed.output;
  if (size !== facts.bytes) {
    throw fail(
      `it must hold ${facts.bytes} bytes: it holds ${size}`,
      size < facts.bytes ? "it is cut short: copy or score it again" : "score it again",
    );
  }
  const [sha256] = await hashFile(path, ["sha256"]);
  if (sha256 !== facts.sha256) throw fail("its content has changed", "copy or score it again");
  return facts;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
