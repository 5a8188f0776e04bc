/** `--score loss` is the loss that training reports; a mean over samples divides it, and gradients. */

import assert from "node:assert/strict";
import type { Entry } from "../../src/datasets/mod.ts";
import { Detector, trainDetector, type TrainOptions } from "../../src/detection/mod.ts";
import { type ModelDefinition, MODELS } from "../../src/models/mod.ts";
import { Random } from "../../src/random.ts";
import { splitImages } from "../../src/training/mod.ts";
import { LATENTS, SIDES } from "../models/_models.ts";
import { stream } from "./_entries.ts";

const SEED = 4, COUNT = 40;

function images(side: number): Entry[] {
  const random = new Random(8);
  return Array.from({ length: COUNT }, (_, i) => ({
    path: `${i}`,
    label: i % 2 === 0 ? "even" : "odd",
    image: {
      ...{ width: side, height: side, channels: 1, white: 255 },
      data: Uint8Array.from({ length: side * side }, () => random.integer(256)),
    },
  }));
}

const sideOf = (name: string) => SIDES[name] ?? (name === "aae" ? 17 : 8);

async function train(name: string, options: Partial<TrainOptions> = {}) {
  const latent = name === "aae" ? 4 : LATENTS[name];
  const { model } = await trainDetector(stream(images(sideOf(name))), {
    ...{ architecture: name, latent, epochs: 2, patience: 2, batch: 8, seed: SEED },
    ...{ backend: "wasm", workers: 1, version: "0.0.0", calibrate: "split" },
    ...options,
  });
  return model;
}

const LEARNING = Object.entries<ModelDefinition>(MODELS).filter(([, { type }]) =>
  // `damage` is validated by examples, not by images.
  type.learning && !type.learning.needsLabels && type.kind !== "damage"
);

for (const [name] of LEARNING) {
  Deno.test(`${name}: the mean loss of the validation images is the validation loss`, async () => {
    const model = await train(name), side = sideOf(name);
    const detector = await Detector.open(model, { backend: "wasm", score: "loss" });
    const { validation } = splitImages(COUNT, new Random(SEED));
    const entries = images(side);
    // A conditional model is told the label, as in training.
    const labelled = name.startsWith("cvae");
    const judge = labelled
      ? await Detector.open(model, { backend: "wasm", score: "loss-label" })
      : detector;
    let sum = 0;
    for (const i of validation) {
      const entry = entries[i] as Extract<Entry, { image: unknown }>;
      const values = Float32Array.from(entry.image.data, (value) => value / 255);
      const classes = Int32Array.of(judge.placeOf(entry.label));
      sum += (await judge.scores(values, 1, classes))[0]!;
    }
    const wanted = model.history[model.training.bestEpoch - 1]!.validationLoss;
    const got = sum / validation.length;
    assert.ok(Math.abs(got - wanted) < 1e-4 * Math.abs(wanted), `${got} for ${wanted}`);
    for (const each of new Set([detector, judge])) each.dispose();
  });
}

for (const [name, { options }] of LEARNING) {
  if (!options?.includes("reduction")) continue;
  Deno.test(`${name}: a mean over samples divides losses, and the step of plain descent`, async () => {
    const samples = sideOf(name) ** 2;
    const sgd = { optimizer: "sgd", momentum: 0 } as const;
    const [sum, mean] = [
      await train(name, { learningRate: 1e-5, hyperparameters: sgd }),
      await train(name, {
        learningRate: 1e-5 * samples,
        hyperparameters: { ...sgd, reduction: "mean" },
      }),
    ];
    assert.equal(mean.training.hyperparameters?.reduction, "mean");
    sum.history.forEach(({ loss, validationLoss }, i) => {
      const found = mean.history[i]!;
      for (const [a, b] of [[loss, found.loss], [validationLoss, found.validationLoss]]) {
        assert.ok(
          Math.abs(a! / samples - b!) <= 1e-3 * Math.abs(b!),
          `${a} / ${samples} is not ${b}`,
        );
      }
    });
    if (name === "aae") return; // its discriminator's losses are no sums over pixels
    for (const [key, { data }] of sum.weights) {
      const other = mean.weights.get(key)!.data;
      data.forEach((value, i) =>
        assert.ok(Math.abs(value - other[i]!) <= 1e-4 + 1e-2 * Math.abs(value), key)
      );
    }
  });
}

Deno.test("a rate for means ends in an error that says so, and trains with the mean", async () => {
  const rate = { learningRate: 1.5, loss: "mse", hyperparameters: { optimizer: "sgd" } } as const;
  await assert.rejects(train("vae", { ...rate, epochs: 20, patience: 20 }), {
    code: "value",
    hint: /^losses are sums over the 64 samples of an image: .*--reduction mean/,
  });
  const hyperparameters = { optimizer: "sgd", reduction: "mean" } as const;
  const model = await train("vae", { ...rate, hyperparameters });
  assert.ok(model.history.every(({ loss }) => loss < 1));
});
