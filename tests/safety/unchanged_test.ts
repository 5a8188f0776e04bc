/**
 * Trainings that are the same to the last bit as those that `unchanged.json` was made from: files,
 * tensors and scores.
 *
 * A change that is meant to change them comes with a new table: UPDATE_SAFETY=1 writes it.
 */

import assert from "node:assert/strict";
import { offeredScores, score, train } from "./_commands.ts";
import { type Case, CASES, MODEL_NAMES, stepFlags } from "./_cases.ts";
import { type Series, writeSeries } from "./_images.ts";
import { rounding } from "./_rounding.ts";
import { fileHashes, sha256 } from "./_tensors.ts";
import { command as trainCommand } from "../../tasks/train.ts";
import table from "./unchanged.json" with { type: "json" };

/** The results of a training. */
interface Hashes {
  readonly file: string;
  readonly tensors: string;
  readonly weights: string;
  /** Hashes of scores and p-values of unseen images, by score; "" is the model's own. */
  readonly scores: Readonly<Record<string, string>>;
}

const TABLE = new URL("./unchanged.json", import.meta.url);
const UPDATE = Deno.env.get("UPDATE_SAFETY") === "1";
const THREADS = [1, 2];
const TRAINING: Series = { count: 150, seed: 1 }, FRESH: Series = { count: 20, seed: 2 };

const here = rounding();
const comparable = UPDATE || table.rounding === here;
const known: Readonly<Record<string, Hashes>> = table.trainings;
const found: Record<string, Hashes> = {};

/** Hashes of a training and its scores: by the names given, which may be old ones, or else all of now. */
async function hashesOf(
  { side, args }: Case,
  threads: number,
  names?: readonly string[],
): Promise<Hashes> {
  const folder = await Deno.makeTempDir({ prefix: "stray" });
  try {
    const model = `${folder}/model`, workers = `--workers=${threads}`;
    const data = await writeSeries(`${folder}/training`, side, TRAINING);
    const fresh = await writeSeries(`${folder}/fresh`, side, FRESH);
    const steps = stepFlags(args, ["--epochs=2", "--batch=32"]);
    const common = ["--seed=7", "--backend=wasm", "--calibrate=split", workers];
    await train([...args, ...steps, ...common, `--out=${model}`, `--data=${data}`]);
    const scores: Record<string, string> = {};
    const offered = ["", ...await offeredScores(model)];
    assert.equal(names?.length ?? offered.length, offered.length, `it has ${offered.join(", ")}`);
    for (const name of names ?? offered) {
      const verdicts = await score(model, name || undefined, [workers, fresh]);
      const numbers = new Float64Array(verdicts.flatMap(({ score, p }) => [score, p]));
      assert.ok(numbers.every(Number.isFinite));
      scores[name] = sha256(new Uint8Array(numbers.buffer));
    }
    return { ...fileHashes(await Deno.readFile(model)), scores };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("all models that train offers are compared", () => {
  const text = /architecture: ([^;]*);/.exec(trainCommand.help?.["model"] ?? "")?.[1];
  assert.deepEqual(text?.split(", ").toSorted(), MODEL_NAMES.toSorted());
});

for (const one of CASES) {
  for (const threads of THREADS) {
    const key = `${one.name}, threads ${threads}`;
    const skipped = comparable ? "" : ` (skipped: made where there is ${table.rounding})`;
    Deno.test({
      name: `${key}: file, tensors and scores are unchanged${skipped}`,
      ignore: !comparable,
      fn: async () => {
        const wanted = UPDATE ? undefined : known[key];
        found[key] = await hashesOf(one, threads, wanted && Object.keys(wanted.scores));
        if (!UPDATE) assert.deepEqual(found[key], wanted);
      },
    });
  }
}

Deno.test({
  name: "the table is written anew",
  ignore: !UPDATE,
  fn: async () => {
    const text = JSON.stringify({ rounding: here, trainings: found }, null, 2);
    await Deno.writeTextFile(TABLE, `${text}\n`);
  },
});
