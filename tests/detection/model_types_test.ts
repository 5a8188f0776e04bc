/** Models other than autoencoders find what they never saw, and score the same everywhere. */

import assert from "node:assert/strict";
import { type BackendName, openBackend, tf } from "../../src/compute/mod.ts";
import { scoreNames, trainDetector } from "../../src/detection/mod.ts";
import type { RbmSpec } from "../../src/models/mod.ts";
import { decodeModel, encodeModel } from "../../src/store/mod.ts";
import { aurocOf, meanImageAuroc } from "../models/_digits.ts";
import { OTHER_LEARNING_NAMES, OTHER_NAMES } from "../models/_models.ts";
import { DIGIT_OPTIONS, scoresOf, STRANGE, TEST, TRAIN, train } from "./_digit_models.ts";
import { stream } from "./_entries.ts";

for (const name of OTHER_NAMES) {
  Deno.test(`${name} finds a digit that it never saw, and scores the same after save and load`, async () => {
    await openBackend("wasm");
    const before = tf.memory().numTensors;
    const model = await train(name), bytes = encodeModel(model);
    const scores = await scoresOf(model);
    assert.ok(new Set(scores).size > TEST.length / 2, "scores must differ");
    const reached = aurocOf(scores, TEST, STRANGE), trivial = meanImageAuroc(TRAIN, TEST, STRANGE);
    assert.ok(reached > trivial, `AUROC ${reached}, of the mean image ${trivial}`);
    assert.deepEqual(await scoresOf(bytes), scores);
    assert.deepEqual(encodeModel(decodeModel(bytes, "m")), bytes);
    assert.deepEqual(encodeModel(await train(name)), bytes, "the same seed gives the same file");
    assert.equal(tf.memory().numTensors, before, "tensors must be freed");
  });
}

Deno.test("all models give all their scores on every backend", async () => {
  // Float32 sums of some thousand terms in another order, through up to 10 layers.
  const TOLERANCE = 1e-4;
  const adapter = await navigator.gpu?.requestAdapter();
  const backends: BackendName[] = ["wasm", ...(adapter ? ["webgpu" as const] : [])];
  const entries = TEST.slice(0, 12);
  for (const name of ["vae", ...OTHER_NAMES]) {
    const model = await train(name, { epochs: 2 });
    for (const score of scoreNames(model.spec)) {
      const wanted = await scoresOf(model, { entries, score, backend: "cpu" });
      for (const backend of backends) {
        const got = await scoresOf(model, { entries, score, backend });
        got.forEach((value, i) => {
          const error = Math.abs(value - wanted[i]!) / Math.max(0.01, Math.abs(wanted[i]!));
          assert.ok(error <= TOLERANCE, `${name} ${score} ${backend}: ${value} for ${wanted[i]}`);
        });
      }
    }
  }
});

Deno.test("all models learn the same on every backend", async () => {
  // Rounding of the first of two steps is multiplied by Adam, which divides by small numbers.
  const TOLERANCE = 2e-3;
  const adapter = await navigator.gpu?.requestAdapter();
  for (const architecture of OTHER_LEARNING_NAMES) {
    const lossesOn = async (backend: BackendName) => {
      const { model } = await trainDetector(stream(TRAIN.slice(0, 50)), {
        architecture,
        ...DIGIT_OPTIONS[architecture],
        backend,
        epochs: 1,
        batch: 16,
        learningRate: 1e-3,
        version: "0.0.0",
      });
      return model.history.map(({ validationLoss }) => validationLoss);
    };
    const wanted = await lossesOn("cpu");
    for (const backend of ["wasm", ...(adapter ? ["webgpu" as const] : [])] as const) {
      const got = await lossesOn(backend);
      got.forEach((loss, i) => {
        const error = Math.abs(loss - wanted[i]!) / wanted[i]!;
        assert.ok(error <= TOLERANCE, `${architecture} ${backend}: ${loss} for ${wanted[i]}`);
      });
    }
  }
});

Deno.test("a conditional model that is told the label is no less surprised, and more by a wrong one", async () => {
  const model = await train("cvae");
  const known = TEST.filter(({ label }) => label !== STRANGE);
  const wrong = known.map((entry) => ({ ...entry, label: entry.label === "1" ? "2" : "1" }));
  const unknown = known.map((entry) => ({ ...entry, label: STRANGE }));
  const score = "negative_elbo-label";
  const blind = await scoresOf(model, { entries: known, score: "negative_elbo" });
  const told = await scoresOf(model, { entries: known, score });
  const misled = await scoresOf(model, { entries: wrong, score });
  const mean = (scores: readonly number[]) => scores.reduce((a, b) => a + b, 0) / scores.length;
  blind.forEach((value, i) => assert.ok(told[i]! >= value * (1 - 1e-5), `${told[i]} ${value}`));
  assert.ok(mean(misled) > mean(told));
  // A label that the model does not know is as good as none.
  assert.deepEqual(await scoresOf(model, { entries: unknown, score }), blind);
});

Deno.test("the probability of an image takes the same samples, whatever images are beside it", async () => {
  const model = await train("vae", { epochs: 2 });
  const score = "probability";
  const all = await scoresOf(model, { score });
  const alone = await scoresOf(model, { entries: TEST.slice(5, 6), score });
  assert.ok(Math.abs(alone[0]! - all[5]!) <= 1e-4 * all[5]!);
  assert.deepEqual(await scoresOf(model, { score }), all);
  assert.ok((model.calibrations.get(score)?.length ?? 0) > 0);
});

Deno.test("a Boltzmann machine dreams for as many steps as it is told", async () => {
  const losses = new Set<number>();
  for (const gibbs of [1, 5]) {
    const { spec, history } = await train("rbm", { epochs: 2, gibbs });
    assert.equal(spec.kind, "rbm");
    assert.equal((spec as RbmSpec).steps, gibbs);
    losses.add(history[1]!.loss);
  }
  assert.equal(losses.size, 2);
});

Deno.test("a classifier's probability of a label is calibrated by images of other labels", async () => {
  const model = await train("resnet", { epochs: 1 });
  const all = model.calibrations.get("uncertainty")!.length;
  const labels = model.labels!;
  const counts = labels.map((label) => model.calibrations.get(`class:${label}`)!.length);
  assert.equal(counts.reduce((a, b) => a + b), (labels.length - 1) * all);
});
