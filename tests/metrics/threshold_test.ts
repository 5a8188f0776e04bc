import assert from "node:assert/strict";
import { StrayError } from "../../src/errors.ts";
import {
  auroc,
  aurocInterval,
  aurocStandardError,
  confusionAt,
  rank,
} from "../../src/metrics/mod.ts";
import { Random } from "../../src/random.ts";
import { FINE, TIED } from "./_golden.ts";

for (const [name, { scores, positive, golden }] of Object.entries({ FINE, TIED })) {
  Deno.test(`rates above 5 are scikit-learn's, ${name}`, () => {
    const rates = confusionAt(scores, positive, 5);
    for (const key of ["tpr", "fpr", "precision", "f1"] as const) {
      assert.ok(Math.abs(rates[key] - golden.above5[key]) < 1e-12, key);
    }
    assert.deepEqual(confusionAt(scores, positive, scores.map(() => 5)), rates);
  });

  Deno.test(`the standard error is DeLong's, by NumPy, ${name}`, () => {
    const [low, high] = golden.delong;
    const error = aurocStandardError(rank(scores, positive));
    assert.ok(Math.abs(error - (high - low) / 2 / 1.959964) < 1e-12, `${error}`);
  });

  Deno.test(`the interval is that of DeLong and of another bootstrap, ${name}`, () => {
    const interval = aurocInterval(rank(scores, positive), new Random(1));
    // An end of 1,000 resamples has a standard error of about 0.003 where the AUROC's is 0.04.
    interval.forEach((end, i) => {
      assert.ok(
        Math.abs(end - golden.bootstrap[i]!) < 0.01,
        `${end} is not ${golden.bootstrap[i]}`,
      );
      assert.ok(Math.abs(end - golden.delong[i]!) < 0.012, `${end} is not ${golden.delong[i]}`);
    });
  });
}

Deno.test("the interval holds the AUROC, repeats with its seed, and narrows with its level", () => {
  for (let seed = 0; seed < 20; seed++) {
    const random = new Random(seed);
    const positive = Uint8Array.from({ length: 120 }, (_, i) => i % 3 === 0 ? 1 : 0);
    const scores = Float64Array.from(positive, (p) => random.normal() + p);
    const ranking = rank(scores, positive), area = auroc(ranking);
    const wide = aurocInterval(ranking, new Random(seed));
    assert.ok(0 <= wide[0] && wide[0] < area && area < wide[1] && wide[1] <= 1);
    assert.deepEqual(aurocInterval(ranking, new Random(seed)), wide);
    assert.notDeepEqual(aurocInterval(ranking, new Random(seed + 1)), wide);
    const narrow = aurocInterval(ranking, new Random(seed), { level: 0.5 });
    assert.ok(wide[0] < narrow[0] && narrow[0] < narrow[1] && narrow[1] < wide[1]);
  }
});

Deno.test("the interval holds the true value about as often as it says", () => {
  // Normal scores one standard deviation apart: AUROC = Phi(1 / sqrt 2).
  const truth = 0.7602499389065233;
  let held = 0;
  for (let seed = 0; seed < 200; seed++) {
    const random = new Random(1000 + seed);
    const positive = Uint8Array.from({ length: 100 }, (_, i) => i % 2);
    const scores = Float64Array.from(positive, (p) => random.normal() + p);
    const [low, high] = aurocInterval(rank(scores, positive), random, { resamples: 400 });
    if (low <= truth && truth <= high) held++;
  }
  // 190 expected with a standard deviation of 3.1; percentile intervals are a little too narrow.
  assert.ok(held >= 178 && held <= 199, `${held} of 200 intervals hold the true value`);
});

Deno.test("classes that are apart give [1, 1], infinite scores too", () => {
  const ranking = rank(Float64Array.of(-Infinity, 1, 2, Infinity), Uint8Array.of(0, 0, 1, 1));
  assert.deepEqual(aurocInterval(ranking, new Random(0)), [1, 1]);
});

Deno.test("a score at the threshold is not above it, and each may have its own", () => {
  const scores = Float64Array.of(1, 2, 3, Infinity), positive = Uint8Array.of(0, 1, 0, 1);
  assert.deepEqual(confusionAt(scores, positive, 2), {
    tpr: 0.5,
    fpr: 0.5,
    precision: 0.5,
    f1: 0.5,
  });
  const own = Float64Array.of(1, 1, 5, 5);
  assert.deepEqual(confusionAt(scores, positive, own), { tpr: 1, fpr: 0, precision: 1, f1: 1 });
  assert.deepEqual(confusionAt(scores, positive, Infinity), {
    tpr: 0,
    fpr: 0,
    precision: NaN,
    f1: 0,
  });
});

Deno.test("options out of range, one class alone and lengths that differ are refused", () => {
  const ranking = rank(Float64Array.of(1, 2), Uint8Array.of(0, 1));
  const random = new Random(0);
  for (const resamples of [0, 1.5, NaN]) {
    assert.throws(() => aurocInterval(ranking, random, { resamples }), RangeError);
  }
  for (const level of [0, 1, NaN]) {
    assert.throws(() => aurocInterval(ranking, random, { level }), RangeError);
  }
  const two = Float64Array.of(1, 2);
  assert.throws(() => confusionAt(two, Uint8Array.of(1), 0), TypeError);
  assert.throws(() => confusionAt(two, Uint8Array.of(0, 1), Float64Array.of(1)), TypeError);
  assert.throws(
    () => confusionAt(two, Uint8Array.of(1, 1), 0),
    (error) => error instanceof StrayError && error.code === "label",
  );
});

Deno.test("the interval of very many images is that of the bootstrap, few anomalies or many", () => {
  // Just below and just above the number from which nothing is resampled.
  for (const few of [1000, 50_000]) {
    const interval = (count: number) => {
      const random = new Random(5);
      const scores = new Float64Array(count), positive = new Uint8Array(count);
      for (let i = 0; i < count; i++) {
        positive[i] = i < few ? 1 : 0;
        // Rounded, so that there are ties.
        scores[i] = Math.round(100 * (random.normal() + positive[i]!)) / 100;
      }
      const ranking = rank(scores, positive);
      assert.ok(auroc(ranking) > 0.75);
      return aurocInterval(ranking, new Random(2), { resamples: 500 });
    };
    const [low, high] = interval(100_000), [plainLow, plainHigh] = interval(100_001);
    const width = high - low;
    assert.ok(Math.abs(plainLow - low) < 0.1 * width, `${[low, plainLow, width]}`);
    assert.ok(Math.abs(plainHigh - high) < 0.1 * width, `${[high, plainHigh, width]}`);
  }
});

Deno.test("the interval of very many images lies in [0, 1], however few are anomalies", () => {
  for (const few of [1, 2, 5]) {
    const positive = new Uint8Array(100_001).fill(1, 0, few);
    const scores = Float64Array.from(positive, (anomaly, i) => anomaly ? 99_000 - i * 997 : i);
    const ranking = rank(scores, positive), area = auroc(ranking);
    const [low, high] = aurocInterval(ranking, new Random(0));
    assert.ok(0 < low && low < area && area < high && high < 1, `${[low, area, high]}`);
    const narrow = aurocInterval(ranking, new Random(0), { level: 0.5 });
    assert.ok(low < narrow[0] && narrow[1] < high);
    const apart = rank(Float64Array.from(positive), positive);
    assert.deepEqual(aurocInterval(apart, new Random(0)), [1, 1]);
  }
});
