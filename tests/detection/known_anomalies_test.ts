import assert from "node:assert/strict";
import { Detector, trainDetector } from "../../src/detection/mod.ts";
import type { Entry } from "../../src/datasets/mod.ts";
import { StrayError } from "../../src/errors.ts";
import { decodeModel, encodeModel } from "../../src/store/mod.ts";
import { DIGIT_OPTIONS, STRANGE, TEST, TRAIN } from "./_digit_models.ts";
import { failure, stream } from "./_entries.ts";

const OTHERS: readonly Entry[] = TEST.filter(({ label }) => label === STRANGE).slice(0, 12);

async function train(name: string, anomalies: readonly Entry[] | undefined, score?: string) {
  const failures: string[] = [];
  const { model } = await trainDetector(stream(TRAIN), {
    architecture: name,
    backend: "wasm",
    seed: 1,
    version: "0.0.0",
    batch: 32,
    holdOut: [STRANGE],
    ...DIGIT_OPTIONS[name],
    epochs: 3,
    score,
    anomalies: anomalies && stream(anomalies),
    onFailure: ({ path }) => failures.push(path),
  });
  return { model, failures };
}

Deno.test("anomalies choose the score of the highest AUROC, and change nothing else", async () => {
  const plain = (await train("vae", undefined)).model;
  const { model, failures } = await train("vae", [...OTHERS, failure("broken.png")]);
  assert.deepEqual(failures, ["broken.png"]);
  const { images, normal, among, aurocs, score, threshold, f1 } = model.anomalies!;
  assert.deepEqual([images, normal, among], [12, plain.training.images.validation, "validation"]);
  assert.deepEqual(Object.keys(aurocs), ["blurred_mse", "mse", "max_error", "negative_elbo"]);
  assert.equal(aurocs[score], Math.max(...Object.values(aurocs)));
  assert.equal(model.score, score);
  assert.ok(f1 > 0 && f1 <= 1 && threshold > 0);
  assert.deepEqual(model.weights, plain.weights);
  assert.deepEqual(model.calibrations, plain.calibrations);
  const bytes = encodeModel(model);
  assert.deepEqual(decodeModel(bytes, "m"), model);
  const detector = await Detector.open(bytes, { backend: "wasm" });
  assert.equal(detector.scoreName, score);
  detector.dispose();
});

Deno.test("a score that is given stays, for a model without validation images too", async () => {
  const { model } = await train("pca", OTHERS, "max_error+mse");
  assert.equal(model.score, "max_error+mse");
  const { aurocs, among, normal } = model.anomalies!;
  assert.deepEqual(Object.keys(aurocs), ["max_error+mse"]);
  assert.deepEqual([among, normal], ["training", model.training.images.training]);
});

Deno.test("no anomaly that can be read is an error", async () => {
  for (const anomalies of [[], [failure("a.png")]]) {
    await assert.rejects(
      train("dense", anomalies),
      (error) => error instanceof StrayError,
    );
  }
});
