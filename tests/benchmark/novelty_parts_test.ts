import assert from "node:assert/strict";
import { summarise } from "./novelty_summary.ts";
import { divide } from "./novelty_tasks.ts";
import { measure } from "./novelty_trial.ts";

const names = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ path: `a#${i}`, label: `${i % 3}` }));

const linesOf = ({ stdin = "" }: { readonly stdin?: string }) => stdin.trimEnd().split("\n");

Deno.test("a division has every image once, in the order of the source", () => {
  const images = names(11), all = images.map((image) => JSON.stringify(image));
  const { training, test } = divide(images, 1);
  const [seen, unseen] = [linesOf(training), linesOf(test)];
  assert.deepEqual([training.source, test.source, seen.length, unseen.length], ["-", "-", 9, 2]);
  assert.deepEqual(all.filter((line) => seen.includes(line)), seen);
  assert.deepEqual(all.filter((line) => !seen.includes(line)), unseen);
  assert.deepEqual(divide(images, 1), { training, test });
  assert.notDeepEqual(divide(images, 2), { training, test });
});

Deno.test("a division of many images has 20,000 and 5,000", () => {
  const { training, test } = divide(names(30_000), 3);
  const seen = new Set(linesOf(training)), unseen = linesOf(test);
  assert.deepEqual([seen.size, unseen.length], [20_000, 5000]);
  assert.ok(unseen.every((line) => !seen.has(line)));
});

Deno.test("standard errors are over classes, and over seeds within classes", () => {
  const { classes, mean, overClasses, overSeeds } = summarise([[1, 3], [6, 6], [8, 12]]);
  assert.deepEqual([classes, mean], [[2, 6, 10], 6]);
  // Class means vary by 16, of three classes; seeds by (2 + 0 + 8) / 3, of six trials.
  assert.ok(Math.abs(overClasses - Math.sqrt(16 / 3)) < 1e-12);
  assert.ok(Math.abs(overSeeds - Math.sqrt(10 / 3 / 6)) < 1e-12);
  const single = summarise([[5]]);
  assert.deepEqual(single, { classes: [5], mean: 5, overClasses: NaN, overSeeds: NaN });
});

Deno.test("measures are those of scores and p-values", () => {
  const p = [0.01, 0.011, 0.5, 0.004, 0.9, 0.8], truth = Uint8Array.of(1, 1, 0, 0, 0, 0);
  const records = p.map((value) => ({ p: value, score: 1 - value }));
  const { auroc, aurocInterval: [low, high], f1, f1Fdr } = measure(records, truth);
  // Each anomaly scores above three of four normal images.
  assert.equal(auroc, 0.75);
  // Resamples of so few images have anomalies below all normal images, or above.
  assert.ok(low < 0.3 && high === 1, `${low} to ${high}`);
  // p <= 0.01: one anomaly of two, and a normal image.
  assert.equal(f1, 2 / 4);
  // 0.011 <= 0.05 * 3 / 6: three discoveries, one of them normal.
  assert.equal(f1Fdr, 4 / 5);
});
