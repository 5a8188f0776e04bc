import assert from "node:assert/strict";
import { GREATEST_SCORE, pValue, threshold } from "../../src/detection/calibration.ts";
import { Random } from "../../src/random.ts";

Deno.test("p counts the calibration scores that are at least as high, ties too", () => {
  const calibration = Float32Array.of(1, 2, 2, 3);
  assert.equal(pValue(calibration, 0), 1);
  assert.equal(pValue(calibration, 2), 4 / 5);
  assert.equal(pValue(calibration, 2.5), 2 / 5);
  assert.equal(pValue(calibration, 4), 1 / 5);
  assert.equal(pValue(calibration, Infinity), 1 / 5);
  assert.equal(pValue(calibration, -Infinity), 1);
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
  const limit = threshold(Float32Array.from({ length: 19 }, (_, i) => i), 0.05)!;
  assert.ok(limit > 18 && limit < 18 * (1 + 2e-5), `${limit}`);
});

Deno.test("scores that differ by rounding are ties, of either sign", () => {
  for (const score of [7, -7, 1e-6, -3e8]) {
    const calibration = Float32Array.of(score), size = Math.abs(score);
    assert.equal(pValue(calibration, score + 0.9e-5 * size), 1);
    assert.equal(pValue(calibration, score + 1.1e-5 * size), 1 / 2);
    assert.equal(pValue(calibration, score - 1.1e-5 * size), 1);
  }
  assert.equal(pValue(Float32Array.of(0), 1e-30), 1 / 2);
  assert.equal(pValue(Float32Array.of(GREATEST_SCORE), GREATEST_SCORE), 1);
  assert.equal(threshold(Float32Array.of(GREATEST_SCORE), 0.5), GREATEST_SCORE);
});

Deno.test("the threshold is the highest float32 of a tie", () => {
  const random = new Random(1);
  for (let i = 0; i < 1000; i++) {
    const calibration = Float32Array.of(random.normal() * 10 ** (random.integer(20) - 10));
    const limit = threshold(calibration, 0.5)!,
      bits = new Int32Array(Float32Array.of(limit).buffer);
    bits[0]! += limit > 0 ? 1 : -1;
    const [next] = new Float32Array(bits.buffer);
    assert.equal(pValue(calibration, limit), 1);
    assert.equal(pValue(calibration, next!), 1 / 2, `${next} after ${limit}`);
  }
});
