/** The model and the score of a training that names none. */

import assert from "node:assert/strict";
import type { Entry } from "../../src/datasets/mod.ts";
import { trainDetector, type TrainOptions } from "../../src/detection/mod.ts";
import type { DefaultModel } from "../../src/models/mod.ts";
import { TRAIN } from "./_digit_models.ts";
import { stream } from "./_entries.ts";

const LABELLED = TRAIN.slice(0, 60);
const PLAIN = LABELLED.map(({ label: _, ...entry }) => entry) as Entry[];

/** Trains for an epoch at most, and tells the model, its score and the choice. */
async function taken(options: Partial<TrainOptions>, entries: readonly Entry[] = PLAIN) {
  let chosen: DefaultModel | undefined;
  const { model } = await trainDetector(stream(entries), {
    ...{ backend: "wasm", seed: 1, version: "0.0.0", calibrate: "split", workers: 1 },
    ...options,
    onStart: (start) => chosen = start.chosen,
  });
  return { name: model.spec.name, score: model.score, chosen };
}

const VAE_SCORE = "blurred_mse+max_error+input_complexity";

/** Vectors of 4 numbers. */
const VECTORS = Array.from({ length: 12 }, (_, i): Entry => ({
  path: `${i}`,
  image: {
    ...{ width: 4, height: 1, channels: 1 as const, white: 1 },
    data: Float32Array.of(i % 3, i % 4, i % 5, 1),
  },
}));

Deno.test("the model follows what is sought, the labels and the images", async () => {
  const cases: [Partial<TrainOptions>, readonly Entry[], name: string, score: string][] = [
    [{}, PLAIN, "knn", "plane+whole"],
    [{ seek: "novelty" }, PLAIN, "knn", "plane"],
    [{}, LABELLED, "open-set", "open-set"],
    [{ seek: "novelty" }, LABELLED, "open-set", "open-set"],
    [{ normal: ["3"] }, LABELLED, "knn", "plane+whole"],
    [{ seek: "damage" }, LABELLED, "damage", "damage"],
    [{ seek: "damage", size: { width: 6, height: 6 } }, PLAIN, "knn", "whole"],
    [{ size: { width: 3, height: 3 } }, PLAIN, "knn", "distance"],
    [{ scale: { kind: "none" } }, VECTORS, "knn", "distance"],
    [{ features: "pixels" }, LABELLED, "knn", "distance"],
    [{ score: "whole" }, PLAIN, "knn", "whole"],
    [{ score: "mse", epochs: 1 }, PLAIN, "vae", "mse"],
    [{ beta: 2, epochs: 1 }, LABELLED, "vae", VAE_SCORE],
    [{ latent: 3, epochs: 1 }, PLAIN, "vae", VAE_SCORE],
    [{ epochs: 1 }, PLAIN, "vae", VAE_SCORE],
    [{ epochs: 1 }, LABELLED, "vae", VAE_SCORE],
    [{ epochs: 1, seek: "novelty" }, LABELLED, "open-set", "open-set"],
    [{ epochs: 1, seek: "damage" }, PLAIN, "damage", "damage"],
    [{ epochs: 1, score: "open-set" }, LABELLED, "open-set", "open-set"],
    [{ epochs: 1, keep: 20 }, LABELLED, "open-set", "open-set"],
    [{ checkpoints: true, epochs: 1 }, PLAIN, "vae", "blurred_mse+max_error+input_complexity"],
    [{ checkpoints: true, epochs: 1, seek: "damage" }, PLAIN, "damage", "damage"],
    [{ seek: "novelty", metric: "euclidean" }, PLAIN, "knn", "distance"],
  ];
  for (const [options, entries, name, score] of cases) {
    const found = await taken(options, entries);
    assert.deepEqual([found.name, found.score], [name, score], JSON.stringify(options));
    assert.equal(found.chosen?.model, name);
  }
});

Deno.test("a model that is named stays, with the score for what is sought", async () => {
  for (const [seek, score] of [["novelty", "plane"], ["damage", "whole"]] as const) {
    const found = await taken({ architecture: "knn", seek });
    assert.deepEqual(found, { name: "knn", score, chosen: undefined });
  }
  const { score } = await taken({ architecture: "knn", seek: "damage", score: "plane" });
  assert.equal(score, "plane");
  for (const [architecture, seek] of [["pca", "damage"], ["open-set", "damage"]] as const) {
    await assert.rejects(taken({ architecture, seek }), {
      code: "usage",
      message: `Cannot use --seek damage as "${architecture}" must be one of damage, knn`,
    });
  }
});

Deno.test("options that no model takes together are refused", async () => {
  await assert.rejects(taken({ beta: 2, neighbours: 3 }), { code: "usage" });
  for (const options of [{ score: "prior" }, { loss: "mse" }, { metric: "euclidean" }] as const) {
    await assert.rejects(taken({ seek: "damage", ...options }), { code: "usage" });
  }
  await assert.rejects(taken({ seek: "damage", scale: { kind: "none" } }, VECTORS), {
    code: "shape",
    message: /^Cannot damage images as they must have 8 pixels/,
  });
});

Deno.test("labels that some images lack are told, as they choose no model", async () => {
  const warnings: string[] = [], onWarning = (text: string) => void warnings.push(text);
  const { name } = await taken({ onWarning }, [...LABELLED, ...PLAIN.slice(0, 3)]);
  assert.equal(name, "knn");
  assert.deepEqual(warnings, ["labels play no part as 3 of 63 images have none"]);
});

Deno.test("a checkpoint goes on with its own model", async () => {
  let bytes: Uint8Array | undefined;
  const options = { seek: "novelty", epochs: 2, batch: 16 } as const;
  const first = await taken({
    ...options,
    onEpoch: async (_, checkpoint) => void (bytes ??= await checkpoint()),
  }, LABELLED);
  assert.equal(first.name, "open-set");
  const resume = { bytes: bytes!, name: "c.safetensors" };
  const second = await taken({ epochs: 2, batch: 16, resume, checkpoints: true }, LABELLED);
  assert.equal(second.name, "open-set");
});
