import assert from "node:assert/strict";
import { pValue, threshold } from "../../src/detection/calibration.ts";
import { Random } from "../../src/random.ts";

Deno.test("p counts the calibration scores that are at least as high, ties too", () => {
  const calibration = Float32Array.of(1, 2, 2, 3);
  assert.equal(pValue(calibration, 0), 1);
  assert.equal(pValue(calibration, 2), 4 / 5);
  assert.equal(pValue(calibration, 2.5), 2 / 5);
  assert.equal(pValue(calibration, 4), 1 / 5);
});

Deno.test("a score is above the threshold exactly where p <= fpr", () => {
  for (let seed = 0; seed < 100; seed++) {
    const random = new Random(seed);
    const n = 1 + random.integer(60);
    const calibration = Float32Array.from({ length: n }, () => random.integer(20)).sort();
    const fpr = [0.01, 0.05, 0.1, 0.5][random.integer(4)]!;
    const limit = threshold(calibration, fpr);
    for (let score = -1; score <= 21; score += 0.5) {
      assert.equal(limit !== undefined && score > limit, pValue(calibration, score) <= fpr + 1e-12);
    }
  }
});

Deno.test("a rate that so few images cannot reach has no threshold", () => {
  assert.equal(threshold(new Float32Array(18), 0.05), undefined);
  assert.equal(threshold(Float32Array.from({ length: 19 }, (_, i) => i), 0.05), 18);
});
