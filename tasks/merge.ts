/** `merge`: the parts of a score in, one score out. */

import { type CommandContext, defineCommand, ExitCode } from "../src/cli/mod.ts";
import { countOf } from "../src/count_of.ts";
import { StrayError } from "../src/errors.ts";
import { PartialFile } from "../src/partial_file.ts";
import { checkWritable } from "../src/write_file.ts";
import { readFacts, type ShardFacts } from "./_shard_facts.ts";

type Context = CommandContext<"out">;

/** A part, checked. */
interface Part {
  readonly name: string;
  readonly path: string;
  readonly facts: ShardFacts;
}

/** Bytes per read. */
const CHUNK = 1 << 18;

/** `merge`. */
export const command = defineCommand({
  name: "merge",
  operands: {
    name: "PART",
    help: "files of score --shard I/N --out, in any order, each with its FILE.shard",
    least: 1,
    path: "reads",
  },
  flags: ["out"],
  help: { out: "write to a file instead of stdout" },
  notes: [
    "Checks all parts, then writes them in the order of the input: the bytes that one run would have " +
    "written. Nothing is written if a part is missing, double, cut short or changed, or if parts differ in " +
    "model, flags or inputs. cat does the same without checks.",
  ],
  examples: ["merge parts/*.ndjson > scores.ndjson", "merge parts/*.csv --out scores.csv"],
  run: merge,
});

async function merge(context: Context): Promise<ExitCode> {
  const { flags: { out }, stdout, stderr, resolve, signal } = context;
  if (out !== undefined) await checkWritable(resolve(out));
  const parts: Part[] = [];
  for (const name of context.arguments) {
    const path = resolve(name);
    signal.throwIfAborted();
    parts.push({ name, path, facts: await readFacts(path, name) });
  }
  parts.sort((a, b) => a.facts.shard - b.facts.shard);
  checkParts(parts);
  const file = out === undefined ? undefined : await PartialFile.open(resolve(out));
  try {
    await file?.truncate(0);
    for (const { path } of parts) {
      for await (const bytes of bytesOf(path)) {
        signal.throwIfAborted();
        await (file ? file.write(bytes) : stdout.writeBytes(bytes));
      }
    }
    await file?.finish();
  } catch (error) {
    await file?.discard();
    throw error;
  }
  const sum = (name: "records" | "errors") =>
    parts.reduce((total, { facts }) => total + facts[name], 0);
  const records = countOf(sum("records"), "record");
  stderr.info(
    `merged ${countOf(parts.length, "part")}: ${records}, ${sum("errors")} of them errors`,
  );
  return ExitCode.done;
}

/** Checks that sorted parts are one whole. */
function checkParts(parts: readonly Part[]): void {
  const first = parts[0]!, { of } = first.facts;
  for (const [i, part] of parts.entries()) {
    const { facts, name } = part, before = parts[i - 1];
    for (const key of ["of", "model", "settings"] as const) {
      const [own, other] = [facts[key], first.facts[key]].map((value) => JSON.stringify(value));
      if (own === other) continue;
      throw refusal(
        `"${name}" and "${first.name}" must have one ${WORDS[key]}: ` +
          `they have ${own} and ${other}`,
        "score all parts by one model, with the same flags",
      );
    }
    if (facts.shard === before?.facts.shard) {
      throw refusal(
        `"${name}" and "${before.name}" are both part ${facts.shard} of ${of}`,
        "give each part once",
      );
    }
  }
  const numbers = new Set(parts.map(({ facts }) => facts.shard));
  const missing = Array.from({ length: of }, (_, i) => i + 1).filter((i) => !numbers.has(i));
  if (missing.length > 0) {
    const shown = missing.slice(0, 10).join(", ") + (missing.length > 10 ? ", …" : "");
    throw refusal(
      `all ${of} parts must be given: ${countOf(missing.length, "is", "are")} missing, ${shown}`,
      `score them: --shard ${missing[0]}/${of} --out FILE`,
    );
  }
  for (const [i, { facts, name }] of parts.entries()) {
    const before = parts[i - 1];
    if (facts.from === (before?.facts.to ?? 0)) continue;
    throw refusal(
      `"${name}" must begin at input ${before?.facts.to ?? 0}: it begins at ${facts.from}`,
      "the inputs have changed between the runs: score all parts again",
    );
  }
  const other = parts.find(({ facts }) => facts.inputs !== first.facts.inputs);
  if (other) {
    throw refusal(
      `"${other.name}" and "${first.name}" must have the same inputs: their names differ`,
      "score all parts with the same operands, of folders and lists that stay the same",
    );
  }
}

const WORDS = { of: "number of parts", model: "model", settings: "set of flags" } as const;

function refusal(reason: string, hint: string): StrayError {
  return new StrayError("input", `Cannot merge the parts as ${reason}`, { hint });
}

async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  using file = await Deno.open(path);
  for (;;) {
    const bytes = new Uint8Array(CHUNK); // its own, as writing may be late
    const count = await file.read(bytes);
    if (count === null) return;
    yield bytes.subarray(0, count);
  }
}
