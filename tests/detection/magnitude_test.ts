/** Samples of any magnitude: compared by direction, or refused where their squares are computed. */

import assert from "node:assert/strict";
import { type Tensor2D, tf } from "../../src/compute/mod.ts";
import type { Entry } from "../../src/datasets/mod.ts";
import { Detector, trainDetector, type TrainOptions } from "../../src/detection/mod.ts";
import { withSafeMagnitude } from "../../src/models/knn/_safe_magnitude.ts";
import { Random } from "../../src/random.ts";
import { openBackend } from "../../src/compute/mod.ts";
import { stream } from "./_entries.ts";

const OPTIONS = { backend: "wasm", version: "0.0.0", scale: { kind: "none" } } as const;

/** Images of noise around a bright column, times a factor; of one row they are vectors. */
function images(count: number, factor: number, height: number, width = 8): Entry[] {
  const random = new Random(5);
  return Array.from({ length: count }, (_, i) => {
    const data = Float32Array.from(
      { length: height * width },
      (_, j) => factor * (random.uniform() + (j % width === i % 4 ? 1 : 0)),
    );
    const image = { width, height, channels: 1, data, white: 1 } as const;
    return { path: `${i}`, image: height === 1 ? { ...image, vector: true } : image };
  });
}

async function scoresOf(options: Omit<TrainOptions, "version">, factor: number, height: number) {
  const all = images(40, factor, height);
  const { model } = await trainDetector(stream(all.slice(0, 30)), { ...OPTIONS, ...options });
  const detector = await Detector.open(model, { backend: "wasm" });
  const verdicts = await detector.detect(
    all.slice(30).flatMap((e) => "error" in e ? [] : [e.image]),
  );
  detector.dispose();
  return verdicts.map(({ score }) => score);
}

Deno.test("knn by directions scores alike, whatever the unit of the samples", async () => {
  const cases = [["pixels", 1], ["pixels", 8], ["oriented", 8]] as const;
  for (const [features, height] of cases) {
    const options = { architecture: "knn", features, calibrate: "split" } as const;
    const usual = await scoresOf(options, 1, height);
    assert.ok(
      new Set(usual).size > 5 && Math.max(...usual) > Math.min(...usual) + 0.003,
      usual.join(),
    );
    for (const factor of [2 ** -100, 1e-17, 2 ** 60, 1e30]) {
      const scores = await scoresOf(options, factor, height);
      scores.forEach((score, i) => {
        assert.ok(Math.abs(score - usual[i]!) < 1e-5, `${features}, ${factor}: ${score}`);
      });
    }
  }
});

Deno.test("rows of ordinary magnitude stay as they are, bit for bit, others keep their direction", async () => {
  await openBackend("wasm");
  const random = new Random(1), size = 50;
  const powers = [-126, -60, -42, -34, -12, 0, 12, 34, 42, 60, 127];
  const rows = powers.map((power) =>
    Float32Array.from({ length: size }, () => 2 ** power * (random.uniform() - 0.5))
  );
  const safe = tf.tidy(() =>
    withSafeMagnitude(tf.tensor2d(rows.flatMap((row) => [...row]), [rows.length, size]) as Tensor2D)
  );
  const values = await safe.data();
  safe.dispose();
  for (const [i, row] of rows.entries()) {
    const found = values.subarray(i * size, (i + 1) * size) as Float32Array;
    if (Math.abs(powers[i]!) < 40) assert.deepEqual(found, row);
    const squares = found.reduce((sum, value) => Math.fround(sum + value * value), 0);
    assert.ok(squares > 1e-24 && squares < Infinity, `2^${powers[i]}: ${squares}`);
    const factor = found[0]! / row[0]!;
    assert.ok(found.every((value, j) => value === Math.fround(row[j]! * factor)));
  }
});

Deno.test("models that compute squares refuse samples whose squares vanish or overflow", async () => {
  const cases: [Omit<TrainOptions, "version">, number, RegExp][] = [
    [{ architecture: "knn", metric: "euclidean" }, 1e-30, /"knn" as samples must reach 1e-15/],
    [{ architecture: "pca" }, 1e-30, /"pca" as samples must reach 1e-15/],
    [{ architecture: "linear", epochs: 1 }, 1e-20, /"linear" as samples must reach 1e-15/],
    [{ architecture: "knn", metric: "euclidean" }, 1e30, /squares that float32 can add up/],
    [{ architecture: "pca" }, 1e30, /squares that float32 can add up/],
    [{ architecture: "linear", epochs: 1 }, 1e30, /must be finite/],
  ];
  for (const [options, factor, message] of cases) {
    const training = trainDetector(stream(images(20, factor, 1)), { ...OPTIONS, ...options });
    await assert.rejects(training, { code: "value", message, hint: /--scale/ });
  }
});

Deno.test("single numbers are compared by distance; a direction is refused, and a warning given", async () => {
  const warnings: string[] = [];
  const options = {
    ...OPTIONS,
    architecture: "knn",
    onWarning: (text: string) => void warnings.push(text),
  };
  const { model } = await trainDetector(stream(images(30, 1, 1, 1)), options);
  assert.equal((model.spec as unknown as { metric: string }).metric, "euclidean");
  assert.deepEqual(warnings, [
    "images have 1 x 1 pixels, one number each: there is no structure to learn",
  ]);
  await assert.rejects(
    trainDetector(stream(images(30, 1, 1, 1)), { ...options, metric: "cosine" }),
    { code: "usage", message: /--metric cosine/, hint: "use --metric euclidean" },
  );
  warnings.length = 0;
  await trainDetector(stream(images(30, 1, 1, 1)), {
    ...options,
    architecture: "dense",
    epochs: 1,
  });
  assert.match(warnings[0]!, /^images have 1 x 1 pixels/);
  warnings.length = 0;
  await trainDetector(stream(images(30, 1, 1, 2)), options);
  assert.deepEqual(warnings, []);
});

Deno.test("more neighbours than kept images are reported", async () => {
  const cases = [[20, undefined, 21, 1], [20, undefined, 20, 0], [20, 5, 6, 1], [
    20,
    5,
    5,
    0,
  ]] as const;
  for (const [count, keep, neighbours, expected] of cases) {
    const warnings: string[] = [];
    await trainDetector(stream(images(count, 1, 8)), {
      ...{ ...OPTIONS, architecture: "knn", keep, neighbours },
      onWarning: (text) => void warnings.push(text),
    });
    assert.equal(warnings.length, expected, warnings.join());
    if (expected > 0) {
      assert.match(
        warnings[0]!,
        new RegExp(`^--neighbours ${neighbours} .*, as ${keep ?? 20} are kept$`),
      );
    }
  }
});
