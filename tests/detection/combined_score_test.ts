import assert from "node:assert/strict";
import { countAbove, detectorScore } from "../../src/detection/_combined_score.ts";
import { pValue } from "../../src/detection/calibration.ts";
import { Detector } from "../../src/detection/mod.ts";
import { StrayError } from "../../src/errors.ts";
import { MODELS } from "../../src/models/mod.ts";
import { Random } from "../../src/random.ts";
import { decodeModel, encodeModel } from "../../src/store/mod.ts";
import { scoresOf, train } from "./_digit_models.ts";

const SPEC = MODELS.dense.build({ inputShape: [8, 8, 1] });

/** A model whose calibration images have these scores by `mse` and `max_error`. */
function calibrated(rows: readonly (readonly [number, number])[]) {
  const columns = (["mse", "max_error"] as const).map((name, j) => {
    const order = rows.map((_, i) => i).sort((a, b) => rows[a]![j]! - rows[b]![j]!);
    return [name, {
      scores: Float32Array.from(order, (i) => rows[i]![j]!),
      images: Float32Array.from(order),
    }] as const;
  });
  return {
    spec: SPEC,
    calibrations: new Map(columns.map(([name, { scores }]) => [name, scores])),
    calibrationImages: new Map(columns.map(([name, { images }]) => [name, images])),
  };
}

/** Rows of two dependent scores; whole numbers have ties. */
function draw(random: Random, count: number, whole: boolean): [number, number][] {
  return Array.from({ length: count }, () => {
    const common = random.normal(), a = common + random.normal(), b = random.normal() - common;
    return whole ? [Math.round(a), Math.round(2 * b)] : [a, Math.exp(3 * b)];
  });
}

Deno.test("a count is whole at scores, falls between them, and another score never lowers it", () => {
  const sorted = Float32Array.of(1, 2, 2, 4);
  assert.deepEqual([0, 1, 2, 3, 4, 7, Infinity].map((score) => countAbove(sorted, score)), [
    ...[4, 4, 3, 1.5, 1, 0.5, 0],
  ]);
  // 2 among 1, 2 and 4.
  assert.equal(countAbove(sorted, 2, true), 2);
  assert.equal(countAbove(sorted, 4, true), 1 / 3);
  assert.equal(countAbove(Float32Array.of(3), 3, true), 1);
  const equal = Float32Array.of(3, 3, 3),
    beyond = [3.001, 4, 1e9, 3e38].map((x) => countAbove(equal, x));
  assert.ok(beyond.every((count, i) => count > 0 && count < (beyond[i - 1] ?? 1)), `${beyond}`);
  const random = new Random(1);
  for (let round = 0; round < 2000; round++) {
    const number = () => round % 2 ? random.integer(8) : random.normal();
    const others = Float32Array.from({ length: 1 + random.integer(8) }, number).sort();
    const score = Math.fround(number());
    const more = Float32Array.of(...others, number()).sort();
    assert.ok(countAbove(more, score) >= countAbove(others, score));
    const all = Float32Array.of(...others, score).sort();
    assert.equal(countAbove(all, score, true), countAbove(others, score));
  }
});

Deno.test("p-values of a combined score are valid, and those of full conformal prediction or more", () => {
  const random = new Random(2), rates = [0.02, 0.05, 0.1, 0.3];
  for (const whole of [false, true]) {
    const count = 49, rounds = 3000, found = rates.map(() => 0);
    for (let round = 0; round < rounds; round++) {
      const rows = draw(random, count + 1, whole), [last] = rows.splice(count);
      const { calibration, combine } = detectorScore("mse+max_error", calibrated(rows), "m");
      const [score] = combine(last!.map((value) => Float32Array.of(value)));
      const p = pValue(calibration, score!);
      rates.forEach((rate, i) => found[i]! += p <= rate + 1e-9 ? 1 : 0);
    }
    rates.forEach((rate, i) => {
      const error = Math.sqrt(rate * (1 - rate) / rounds);
      assert.ok(
        found[i]! / rounds < rate + 3 * error,
        `${whole}: ${found[i]! / rounds} at ${rate}`,
      );
      if (!whole) assert.ok(found[i]! / rounds > rate / 3, `${found[i]! / rounds} at ${rate}`);
    });
  }
});

Deno.test("an image that stands out by one score alone has the smallest p or nearly so", () => {
  const random = new Random(3);
  const rows = draw(random, 200, false);
  const { calibration, combine } = detectorScore("mse+max_error", calibrated(rows), "m");
  const of = (a: number, b: number) => {
    const [score] = combine([Float32Array.of(a), Float32Array.of(b)]);
    return pValue(calibration, score!);
  };
  assert.equal(of(100, 1e-3), 1 / 201);
  assert.equal(of(-100, 1e9), 1 / 201);
  assert.ok(of(0, 1) > 0.2);
});

Deno.test("digits are scored by two scores, by a model that has them as its own too", async () => {
  const score = "blurred_mse+max_error";
  const model = await train("dense", { score, epochs: 2 });
  assert.equal(model.score, score);
  const bytes = encodeModel(model), read = decodeModel(bytes, "m");
  assert.deepEqual(encodeModel(read), bytes);
  const own = await scoresOf(read);
  assert.deepEqual(await scoresOf(model, { score }), own);
  const turned = await scoresOf(model, { score: "max_error+blurred_mse" });
  turned.forEach((value, i) => assert.ok(Math.abs(value - own[i]!) < 1e-6));
  const old = { ...model, score: "mse", calibrationImages: undefined };
  assert.equal((await scoresOf(old)).length, own.length);
  for (
    const [name, message, file] of [
      [score, /must hold which calibration scores are of one image/, old],
      ["mse+mse", /"mse\+mse" as its scores must differ/, model],
      ["mse+gloss", /"gloss" as "dense" must have that score: it has blurred_mse, /, model],
    ] as const
  ) {
    await assert.rejects(
      Detector.open(file, { backend: "wasm", score: name }),
      (error) => error instanceof StrayError && message.test(error.message),
    );
  }
});

Deno.test("a score that is calibrated on fewer images combines with another on those", async () => {
  const model = await train("vae", { epochs: 1 });
  const detector = await Detector.open(model, {
    backend: "wasm",
    score: "probability+negative_elbo",
  });
  const few = model.calibrations.get("probability")!.length;
  assert.equal(detector.calibrationImages, few);
  detector.dispose();
});
