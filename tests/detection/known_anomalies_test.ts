import assert from "node:assert/strict";
import { type CalibrationChoice, Detector, trainDetector } from "../../src/detection/mod.ts";
import type { Entry } from "../../src/datasets/mod.ts";
import { StrayError } from "../../src/errors.ts";
import { type Features, requireModel } from "../../src/models/mod.ts";
import { decodeModel, encodeModel } from "../../src/store/mod.ts";
import { DIGIT_OPTIONS, STRANGE, TEST, TRAIN } from "./_digit_models.ts";
import { failure, stream } from "./_entries.ts";

const OTHERS: readonly Entry[] = TEST.filter(({ label }) => label === STRANGE).slice(0, 12);

async function train(
  name: string,
  anomalies: readonly Entry[] | undefined,
  score?: string,
  calibrate?: CalibrationChoice,
  features: Features = "pixels",
) {
  const failures: string[] = [];
  const { model } = await trainDetector(stream(TRAIN), {
    architecture: name,
    backend: "wasm",
    seed: 1,
    version: "0.0.0",
    holdOut: [STRANGE],
    ...DIGIT_OPTIONS[name],
    ...requireModel(name).type.learning && { batch: 32, epochs: 3 },
    score,
    calibrate,
    // The p-values of neighbours by pixels are those of leaving images out, in closed form.
    ...name === "knn" && { features },
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
  assert.deepEqual(
    Object.keys(aurocs),
    [
      "blurred_mse+max_error+input_complexity",
      ...["blurred_mse", "mse", "max_error", "negative_elbo", "input_complexity"],
    ],
  );
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

Deno.test("images that a model remembers are compared without themselves", async () => {
  for (const features of ["oriented", "pixels"] as const) {
    const ordinary = TEST.filter(({ label }) => label === "1").slice(0, 12);
    const { model } = await train("knn", ordinary, undefined, "split", features);
    const { among, score, aurocs } = model.anomalies!;
    assert.equal(among, "training");
    assert.ok(aurocs[score]! < 0.8, `${features}: ${aurocs[score]} for digits like the others`);
  }
});

Deno.test("where all images calibrate, anomalies are compared with scores by models that had not seen them", async () => {
  for (
    const [name, calibrate] of [["vae", "cross:3"], ["pca", "cross:4"], ["knn", "loo"]] as const
  ) {
    const plain = (await train(name, undefined, undefined, calibrate)).model;
    const { model } = await train(name, OTHERS, undefined, calibrate);
    const { among, normal, aurocs, score, threshold } = model.anomalies!;
    assert.equal(among, "calibration");
    assert.equal(normal, model.calibration!.images);
    assert.equal(model.calibration!.images, plain.calibration!.images);
    assert.deepEqual(model.weights, plain.weights);
    assert.deepEqual(model.calibrations, plain.calibrations);
    assert.equal(aurocs[score], Math.max(...Object.values(aurocs)));
    assert.ok(threshold > 0);
    assert.deepEqual(decodeModel(encodeModel(model), "m"), model);
  }
});

Deno.test("images that a model remembers are compared as if it did not", async () => {
  for (const calibrate of ["split", stream(TRAIN.slice(0, 30))] as const) {
    const { model } = await train("knn", OTHERS, undefined, calibrate);
    const { among, threshold } = model.anomalies!;
    assert.equal(among, "training");
    // Their own distance is 0, so that anything else would be an anomaly.
    const calibration = model.calibrations.get(model.score)!;
    assert.ok(threshold > calibration[calibration.length >> 2]!);
  }
});

Deno.test("no anomaly that can be read is an error", async () => {
  for (const anomalies of [[], [failure("a.png")]]) {
    await assert.rejects(
      train("dense", anomalies),
      (error) => error instanceof StrayError,
    );
  }
});
