import assert from "node:assert/strict";
import { StrayError } from "../../src/errors.ts";
import { auroc, averagePrecision, bestF1, fprAtTpr } from "../../src/metrics/mod.ts";
import { Random } from "../../src/random.ts";

const SCORES = Float64Array.of(0.1, 0.4, 0.35, 0.8);
const POSITIVE = Uint8Array.of(0, 0, 1, 1);

Deno.test("the four scores of the textbook", () => {
  // By hand, and the example of scikit-learn's roc_auc_score and average_precision_score.
  assert.equal(auroc(SCORES, POSITIVE), 0.75);
  assert.ok(Math.abs(averagePrecision(SCORES, POSITIVE) - 5 / 6) < 1e-12);
  assert.equal(fprAtTpr(SCORES, POSITIVE), 0.5);
  assert.deepEqual(bestF1(SCORES, POSITIVE), { f1: 0.8, threshold: 0.35 });
});

Deno.test("AUROC counts pairs, ties half, over many seeds", () => {
  for (let seed = 0; seed < 50; seed++) {
    const random = new Random(seed);
    const n = 4 + random.integer(40);
    const scores = Float64Array.from({ length: n }, () => random.integer(8));
    const positive = Uint8Array.from({ length: n }, (_, i) => i < 2 ? i : random.integer(2));
    let sum = 0, pairs = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        if (!positive[i] || positive[j]) continue;
        pairs++;
        sum += scores[i]! > scores[j]! ? 1 : scores[i] === scores[j] ? 0.5 : 0;
      }
    }
    assert.ok(Math.abs(auroc(scores, positive) - sum / pairs) < 1e-12);
    assert.ok(Math.abs(auroc(scores.map((s) => -s), positive) - 1 + sum / pairs) < 1e-12);
  }
});

Deno.test("one class alone, and NaN, are refused", () => {
  const code = (wanted: string) => (error: unknown) =>
    error instanceof StrayError && error.code === wanted;
  assert.throws(() => auroc(SCORES, new Uint8Array(4)), code("label"));
  assert.throws(() => auroc(Float64Array.of(1, NaN), Uint8Array.of(0, 1)), code("value"));
});
