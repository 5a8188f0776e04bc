/**
 * Files of earlier versions are read for ever, and mean what they meant: model files give the scores that
 * the version gave which wrote them, by the names that scores had then; trainings go on from checkpoints.
 *
 * New fixtures come by `make_fixtures.ts`. Old ones and their scores are never written anew.
 */

import assert from "node:assert/strict";
import { withFolder } from "../commands/_task.ts";
import { train } from "./_commands.ts";
import { MODEL_NAMES } from "./_cases.ts";
import {
  CHECKPOINT_FIXTURES,
  type Expected,
  fixture,
  MODEL_FIXTURES,
  trainFlags,
  unpack,
  type Verdicts,
  verdictsOf,
} from "./_fixtures.ts";

/**
 * Relative tolerance of scores. Machines differ in the last bit of a float32 sum (6e-8), of which a few hundred
 * come one after the other: with and without fused products scores differ by less than 2e-6.
 */
const SAME_WEIGHTS = 1e-4;
/** The same of fits, which end within .01 of the least chi-square: z changes by less than that. */
const FITTED = 1e-2;
/** The same after epochs of training, whose steps enlarge such differences: to 3e-4 at most, of cae. */
const TRAINED_ON = 2e-3;
/** Scores count as this part of the greatest of the six at least: what is all but 0 is a difference. */
const SMALL = 1e-2;
/** Absolute tolerance of cosine distances: 1 minus a float32 near 1. */
const COSINE = 1e-6;
/** Tolerance of p-values, one of 12 to 21 ranks: a near tie may change places. */
const RANK = 1 / 12;

const expected: Expected = JSON.parse(await Deno.readTextFile(fixture("verdicts.json")));

/** Fails where verdicts differ from those wanted, with the score's name. */
function compare(found: Verdicts, wanted: Verdicts, tolerance: number, absolute = 0): void {
  for (const [name, { scores, p }] of Object.entries(wanted)) {
    const floor = SMALL * Math.max(...scores.map(Math.abs));
    const close = (a: readonly number[], b: readonly number[], most: (value: number) => number) =>
      assert.ok(
        a.length === b.length && a.every((value, i) => Math.abs(value - b[i]!) <= most(b[i]!)),
        `by ${name || "its own score"}: ${a.join(", ")} is not ${b.join(", ")}`,
      );
    close(
      found[name]!.scores,
      scores,
      (value) => absolute + tolerance * Math.max(Math.abs(value), floor),
    );
    close(found[name]!.p, p, () => RANK);
  }
}

/** The name of the score that was the default of the version that wrote a fixture. */
function defaultThen({ "": own, ...named }: Verdicts): string {
  return Object.keys(named).find((name) => `${named[name]!.scores}` === `${own!.scores}`)!;
}

Deno.test("there is a file of every model", () => {
  const names = MODEL_FIXTURES.map(({ name }) => name).toSorted();
  assert.deepEqual(names, MODEL_NAMES.toSorted());
  assert.deepEqual(Object.keys(expected.models).toSorted(), names);
});

for (const { name, side } of MODEL_FIXTURES) {
  Deno.test(`a file of ${name} gives the scores that it gave when it was written`, async () => {
    await withFolder(async (folder) => {
      const model = `${folder}/model`, wanted = expected.models[name]!;
      await unpack(fixture(`models/${name}.br`), model);
      const found = await verdictsOf(model, side, Object.keys(wanted));
      const tolerance = name === "lens-fit" ? FITTED : SAME_WEIGHTS;
      compare(found, wanted, tolerance, name === "knn" ? COSINE : 0);
    });
  });
}

for (const one of CHECKPOINT_FIXTURES) {
  for (const threads of [1, 2]) {
    const title = `a training of ${one.name} goes on from its checkpoint to the same model`;
    Deno.test(`${title}, threads ${threads}`, async () => {
      await withFolder(async (folder) => {
        const model = `${folder}/model`, checkpoint = `${folder}/checkpoint`;
        const wanted = expected.checkpoints[one.name]!;
        await unpack(fixture(`checkpoints/${one.name}.br`), checkpoint);
        await train([
          ...trainFlags(one, threads),
          `--score=${defaultThen(wanted)}`,
          `--out=${model}`,
          `--resume=${checkpoint}`,
        ]);
        compare(await verdictsOf(model, one.side, Object.keys(wanted)), wanted, TRAINED_ON);
      });
    });
  }
}
