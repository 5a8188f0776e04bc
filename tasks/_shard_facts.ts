/** The facts of a part of `score --shard --out FILE`, in `FILE.shard`: by them `merge` finds what is wrong. */

import * as v from "valibot";
import type { JsonObject } from "../src/cli/mod.ts";
import { StrayError } from "../src/errors.ts";
import { hashFile } from "../src/file_hash.ts";
import { writeFileAtomically } from "../src/write_file.ts";

const COUNT = v.pipe(v.number(), v.integer(), v.minValue(0));
const FACTS = v.object({
  shard: COUNT,
  of: COUNT,
  from: COUNT,
  to: COUNT,
  records: COUNT,
  errors: COUNT,
  bytes: COUNT,
  sha256: v.string(),
  model: v.string(),
  settings: v.record(v.string(), v.unknown()),
  version: v.string(),
});

/** The facts of a part. */
export interface ShardFacts extends v.InferOutput<typeof FACTS> {
  /** Number of the part, from 1. */
  readonly shard: number;
  /** Number of parts. */
  readonly of: number;
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
  /** Hash of the model file. */
  readonly model: string;
  /** The flags that all parts must share. */
  readonly settings: JsonObject;
  /** Version of stray. */
  readonly version: string;
}

/** The file of the facts of a part. */
export function factsFile(path: string): string {
  return `${path}.shard`;
}

/**
 * Writes the facts of a complete part.
 *
 * @param path The part.
 * @param facts Its facts but those of the file.
 */
export async function writeFacts(
  path: string,
  facts: Omit<ShardFacts, "bytes" | "sha256">,
): Promise<void> {
  const { size: bytes } = await Deno.stat(path);
  const [sha256] = await hashFile(path, ["sha256"]);
  const json = JSON.stringify({ ...facts, bytes, sha256 });
  await writeFileAtomically(factsFile(path), new TextEncoder().encode(`${json}\n`));
}

/**
 * Reads the facts of a part, and compares them with the file.
 *
 * @param path The part.
 * @param name The part as the user gave it.
 * @throws {StrayError} `not_found` If part or facts are not there; `input` If the part is cut short or
 *   changed, or the facts are none.
 */
export async function readFacts(path: string, name: string): Promise<ShardFacts> {
  const fail = (reason: string, hint: string, code: "input" | "not_found" = "input") =>
    new StrayError(code, `Cannot merge "${name}" as ${reason}`, { hint });
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
