import assert from "node:assert/strict";
import { pValue } from "../../src/detection/mod.ts";
import { benjaminiHochberg } from "../../src/metrics/mod.ts";
import { Random } from "../../src/random.ts";

Deno.test("the example of the paper: 4 of 15 hypotheses are rejected at 0.05", () => {
  // Benjamini and Hochberg 1995, section 3.2; Bonferroni rejects 3.
  const p = Float64Array.of(
    ...[0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459],
    ...[0.324, 0.4262, 0.5719, 0.6528, 0.759, 1],
  );
  assert.equal(benjaminiHochberg(p, 0.05), 0.0095);
  assert.equal(benjaminiHochberg(p.toReversed(), 0.05), 0.0095);
});

Deno.test("ties, none and all", () => {
  assert.equal(benjaminiHochberg(Float64Array.of(0.04, 0.04, 1), 0.06), 0.04);
  assert.equal(benjaminiHochberg(Float64Array.of(0.04, 1, 1), 0.06), 0);
  assert.equal(benjaminiHochberg(Float64Array.of(0.04, 0.01), 0.06), 0.04);
  assert.equal(benjaminiHochberg(new Float64Array(0), 0.1), 0);
});

Deno.test("the share of false discoveries stays below the rate with one calibration set for all", () => {
  const random = new Random(3), rate = 0.2, rounds = 400;
  const calibration = new Float32Array(99);
  let shares = 0, found = 0;
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < calibration.length; i++) calibration[i] = random.normal();
    calibration.sort();
    const p = Float64Array.from(
      { length: 100 },
      (_, i) => pValue(calibration, random.normal() + (i < 20 ? 3 : 0)),
    );
    const limit = benjaminiHochberg(p, rate);
    const [good, bad] = [p.subarray(0, 20), p.subarray(20)]
      .map((part) => part.reduce((sum, value) => sum + (value <= limit ? 1 : 0), 0)) as [
        number,
        number,
      ];
    shares += bad / Math.max(1, good + bad);
    found += good;
  }
  assert.ok(shares / rounds < rate, `${shares / rounds}`);
  assert.ok(found / rounds > 10, `${found / rounds}`);
});
