import assert from "node:assert/strict";
import { StrayError } from "../../src/errors.ts";
import { auroc, averagePrecision, bestF1, fprAtTpr, rank } from "../../src/metrics/mod.ts";
import { Random } from "../../src/random.ts";
import { FINE, TIED } from "./_golden.ts";

/** Sums in another order than scikit-learn's. */
const ROUNDING = 1e-12;

Deno.test("the four scores of the textbook", () => {
  // By hand, and the example of scikit-learn's roc_auc_score and average_precision_score.
  const ranking = rank(Float64Array.of(0.1, 0.4, 0.35, 0.8), Uint8Array.of(0, 0, 1, 1));
  assert.equal(auroc(ranking), 0.75);
  assert.ok(Math.abs(averagePrecision(ranking) - 5 / 6) < ROUNDING);
  assert.equal(fprAtTpr(ranking), 0.5);
  assert.deepEqual(bestF1(ranking), { f1: 0.8, threshold: 0.35 });
});

for (const [name, { scores, positive, golden }] of Object.entries({ FINE, TIED })) {
  Deno.test(`golden values of scikit-learn, ${name}`, () => {
    const ranking = rank(scores, positive);
    assert.equal(ranking.positives, golden.positives);
    assert.ok(Math.abs(auroc(ranking) - golden.auroc) < ROUNDING);
    assert.ok(Math.abs(averagePrecision(ranking) - golden.averagePrecision) < ROUNDING);
    assert.ok(Math.abs(fprAtTpr(ranking) - golden.fprAt95Tpr) < ROUNDING);
    const best = bestF1(ranking);
    assert.ok(Math.abs(best.f1 - golden.bestF1) < ROUNDING);
    assert.equal(best.threshold, golden.bestF1Threshold);
  });
}

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
    const area = auroc(rank(scores, positive));
    assert.ok(Math.abs(area - sum / pairs) < ROUNDING);
    assert.ok(Math.abs(auroc(rank(scores.map((s) => -s), positive)) - (1 - area)) < ROUNDING);
    assert.ok(Math.abs(auroc(rank(scores, positive.map((p) => 1 - p))) - (1 - area)) < ROUNDING);
    const order = random.permutation(n);
    const shuffled = rank(
      Float64Array.from(order, (i) => scores[i]!),
      Uint8Array.from(order, (i) => positive[i]!),
    );
    assert.deepEqual(shuffled, rank(scores, positive), "the order of images does not matter");
  }
});

Deno.test("infinite scores rank at the ends, ties among them included", () => {
  const scores = Float64Array.of(-Infinity, Infinity, 0, Infinity, -Infinity);
  const ranking = rank(scores, Uint8Array.of(0, 1, 1, 0, 0));
  assert.deepEqual([...ranking.thresholds], [Infinity, 0, -Infinity]);
  assert.equal(auroc(ranking), (2 + 0.5 + 2) / 6);
  assert.deepEqual(bestF1(ranking), { f1: 0.8, threshold: 0 });
});

Deno.test("a share of the positives is reached exactly, not just above", () => {
  // 0.95 * 20 is 19 positives; 0.95 * 20 = 19 in floats, 0.55 * 20 = 11.000000000000002.
  const scores = Float64Array.from({ length: 21 }, (_, i) => i < 11 ? 30 - i : i === 11 ? 15 : 10);
  const positive = Uint8Array.from({ length: 21 }, (_, i) => i === 11 ? 0 : 1);
  assert.equal(fprAtTpr(rank(scores, positive), 0.55), 0);
  assert.equal(fprAtTpr(rank(scores, positive), 0.56), 1);
});

Deno.test("one class alone, NaN, lengths that differ and an impossible share are refused", () => {
  const code = (wanted: string) => (error: unknown) =>
    error instanceof StrayError && error.code === wanted;
  assert.throws(() => rank(Float64Array.of(1, 2), Uint8Array.of(0, 0)), code("label"));
  assert.throws(() => rank(Float64Array.of(1, 2), Uint8Array.of(1, 1)), code("label"));
  assert.throws(() => rank(Float64Array.of(1, NaN), Uint8Array.of(0, 1)), code("value"));
  assert.throws(() => rank(Float64Array.of(1), Uint8Array.of(0, 1)), TypeError);
  const ranking = rank(Float64Array.of(1, 2), Uint8Array.of(0, 1));
  for (const tpr of [0, 1.1, NaN]) assert.throws(() => fprAtTpr(ranking, tpr), RangeError);
});
