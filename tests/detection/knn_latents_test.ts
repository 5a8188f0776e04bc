/** Neighbours among the latents of a trained model: one file that scores alone. */

import assert from "node:assert/strict";
import { openBackend, tf } from "../../src/compute/mod.ts";
import {
  Detector,
  scoreEntries,
  trainDetector,
  type TrainOptions,
} from "../../src/detection/mod.ts";
import { decodeModel, encodeModel, type ModelFile } from "../../src/store/mod.ts";
import { aurocOf, digits, meanImageAuroc } from "../models/_digits.ts";
import { stream } from "./_entries.ts";

const STRANGE = "0";
const TRAIN = await digits("train"), TEST = await digits("test");
const COMMON = { backend: "wasm", seed: 3, version: "0.0.0", holdOut: [STRANGE] } as const;

async function train(options: Partial<TrainOptions>): Promise<ModelFile> {
  return (await trainDetector(stream(TRAIN), { architecture: "knn", ...COMMON, ...options })).model;
}

async function scoresOf(model: ModelFile | Uint8Array, backend: "wasm" | "cpu" = "wasm") {
  const detector = await Detector.open(model, { backend });
  const scores: number[] = [];
  for await (const batch of scoreEntries(stream(TEST), detector)) {
    for (const entry of batch) scores.push("error" in entry ? NaN : entry.verdict.score);
  }
  detector.dispose();
  return scores;
}

const ENCODERS: Readonly<Record<string, Partial<TrainOptions>>> = {
  dense: { epochs: 20, batch: 32, learningRate: 3e-3 },
  "cvae-dense": { epochs: 5, batch: 32, latent: 8 },
  pca: { latent: 12 },
};

for (const [architecture, options] of Object.entries(ENCODERS)) {
  Deno.test(`neighbours on the latents of ${architecture} score alone, and the same after reload`, async () => {
    await openBackend("wasm");
    const before = tf.memory().numTensors;
    const latentsOf = await train({ architecture, ...options });
    for (const metric of [undefined, "cosine"] as const) {
      const model = await train({ latentsOf, metric, seed: 4 }), bytes = encodeModel(model);
      assert.equal("metric" in model.spec && model.spec.metric, metric ?? "euclidean");
      assert.equal(model.spec.name, `knn on ${architecture}`);
      const scores = await scoresOf(model);
      assert.deepEqual(await scoresOf(bytes), scores);
      assert.deepEqual(encodeModel(decodeModel(bytes, "m")), bytes);
      assert.deepEqual(model.input, latentsOf.input);
      assert.deepEqual(model.training.images.calibration, latentsOf.training.images.calibration);
      if (architecture === "cvae-dense" || metric) continue;
      const reached = aurocOf(scores, TEST, STRANGE);
      const trivial = meanImageAuroc(TRAIN, TEST, STRANGE);
      assert.ok(reached > trivial, `AUROC ${reached}, of the mean image ${trivial}`);
      const wanted = await scoresOf(model, "cpu");
      // Float32 sums, and a root of their difference.
      scores.forEach((score, i) => assert.ok(Math.abs(score - wanted[i]!) < 1e-3 * wanted[i]!));
      await openBackend("wasm");
    }
    assert.equal(tf.memory().numTensors, before, "tensors must be freed");
  });
}

Deno.test("what calibrates neighbours on latents was not seen by the model that makes these", async () => {
  const latentsOf = await train({ architecture: "dense", epochs: 2 });
  const model = await train({ latentsOf, seed: 99 });
  const same = await train({ latentsOf, seed: COMMON.seed });
  assert.deepEqual(model.calibrations, same.calibrations);
  const detector = await Detector.open(model, { backend: "wasm" });
  const encoder = await Detector.open(latentsOf, { backend: "wasm" });
  const batch = new Float32Array(2 * detector.inputSize).fill(0.5);
  assert.deepEqual(await detector.encode(batch, 2), await encoder.encode(batch, 2));
  detector.dispose();
  encoder.dispose();
});

Deno.test("latents that there are not, and flags that say otherwise, are refused", async () => {
  const latentsOf = await train({ architecture: "dense", epochs: 1 });
  const pixels = await train({});
  const usage = (message: RegExp) => ({ code: "usage", message });
  await assert.rejects(train({ latentsOf, blur: 1 }), usage(/--blur as the model of --latents-of/));
  await assert.rejects(train({ latentsOf, size: { width: 9, height: 9 } }), usage(/--size/));
  await assert.rejects(
    train({ latentsOf, architecture: "vae" }),
    usage(/^Cannot use --latents-of as only --model knn takes it$/),
  );
  await assert.rejects(train({ latentsOf: pixels }), {
    code: "model",
    message: 'Cannot use "knn" as the model of --latents-of as it must be of another type',
  });
  const model = await train({ latentsOf });
  const reopen = (changed: object) => {
    const bytes = encodeModel({ ...model, ...changed } as ModelFile);
    return Detector.open(bytes, { backend: "wasm", name: "m" });
  };
  const within = { of: pixels.spec, size: 64 };
  const cases: [object, RegExp][] = [
    [{ spec: { ...model.spec, latents: within } }, /must not be knn itself/],
    [{ spec: { ...model.spec, latents: { of: latentsOf.spec, size: 3 } } }, /latents .* must be 3/],
    [{ weights: new Map([...model.weights].slice(0, 3)) }, /is missing/],
  ];
  for (const [changed, message] of cases) {
    await assert.rejects(reopen(changed), { code: "model", message });
  }
});
