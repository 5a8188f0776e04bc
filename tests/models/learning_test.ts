/** Every architecture learns: one batch by heart, and from the digits what a strange digit is. */

import assert from "node:assert/strict";
import {
  Adam,
  enableGradients,
  openBackend,
  type Tensor,
  type Tensor4D,
  tf,
  valueAndGradients,
} from "../../src/compute/mod.ts";
import { Detector, scoreEntries, trainDetector } from "../../src/detection/mod.ts";
import { Autoencoder } from "../../src/models/autoencoder/autoencoder.ts";
import { Random } from "../../src/random.ts";
import { encodeModel } from "../../src/store/mod.ts";
import { trainableOf, type TrainingPass } from "../../src/training/mod.ts";
import { stream } from "../detection/_entries.ts";
import { aurocOf, digits, meanImageAuroc } from "./_digits.ts";
import { NETWORKS } from "./_models.ts";

/** The side of the images where an architecture takes none of 8 x 8. */
const SIDES: Readonly<Record<string, number>> = { dcae: 17, "lens-vae": 17 };

/** Sizes of the latent that suit images of 8 x 8; the others are as they are. */
const LATENTS: Readonly<Record<string, number>> = {
  linear: 8,
  dcae: 16,
  "lens-vae": 16,
  cae: 16,
  "cae-transposed": 16,
};

/** Learning rates for a batch by heart where 0.003 is not the best. */
const RATES: Readonly<Record<string, number>> = { recurrent: 1e-2 };

/** The digit that is held out, and passes over the others. */
const STRANGE = "0";
const EPOCHS: Readonly<Record<string, number>> = { cae: 3, "cae-transposed": 3, recurrent: 10 };

const TRAIN = await digits("train"), TEST = await digits("test");

/** Numbers of an architecture for small images, and with little weight on the prior. */
function build(name: string, side: number): Autoencoder {
  const spec = NETWORKS[name]!.build({
    inputShape: [side, side, 1],
    latent: LATENTS[name],
    beta: 0.01,
  });
  return new Autoencoder(spec, new Random(2));
}

/** The first digits, enlarged by repeating pixels where need be. */
function firstDigits(count: number, side: number): Tensor4D {
  return tf.tidy(() => {
    const values = TRAIN.slice(0, count).flatMap(({ image }) =>
      Array.from(image.data, (value) => value / image.white)
    );
    const x = tf.tensor4d(values, [count, 8, 8, 1]);
    return side === 8 ? tf.clone(x) : tf.image.resizeNearestNeighbor(x, [side, side]);
  });
}

/** Squared errors of the reconstruction over those of the mean image. */
function unexplained(model: Autoencoder, x: Tensor): number {
  return tf.tidy(() => {
    const { reconstruction } = model.errors(x);
    const error = tf.sum(tf.squaredDifference(x, reconstruction));
    const spread = tf.sum(tf.squaredDifference(x, tf.mean(x, 0, true)));
    return tf.div(error, spread).dataSync()[0]!;
  });
}

/** Steps on one batch. On some seeds an LSTM draws the mean digit for 500 steps before it goes on. */
const STEPS: Readonly<Record<string, number>> = { recurrent: 1000 };
/** Share of a batch's variance that may stay unexplained when it is learnt by heart. */
const LEFT = 0.1;

for (const name of Object.keys(NETWORKS)) {
  Deno.test(`${name} learns a batch by heart, moves every parameter and leaks nothing`, async () => {
    await openBackend("wasm");
    await enableGradients();
    const side = SIDES[name] ?? 8;
    const before = tf.memory().numTensors;
    const model = build(name, side), random = new Random(1);
    const x = firstDigits(8, side);
    const start = await model.snapshot();
    const trainable = trainableOf(model.parameters);
    const optimiser = await Adam.create(trainable, { learningRate: RATES[name] ?? 3e-3 });
    const tensors = new Set<number>();
    const draw = (shape: readonly number[], next: () => number) =>
      tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, next), [...shape]);
    for (let i = 0; i < (STEPS[name] ?? 200); i++) {
      const pass: TrainingPass = {
        statistics: [],
        normal: (shape) => draw(shape, () => random.normal()),
        uniform: (shape) => draw(shape, () => random.uniform()),
      };
      const { value, gradients } = valueAndGradients(
        () => tf.mean<tf.Scalar>(model.trainingLoss({ x }, pass)),
        trainable,
      );
      optimiser.apply(gradients);
      model.update(pass.statistics);
      tf.dispose([value, ...gradients]);
      tensors.add(tf.memory().numTensors);
    }
    assert.equal(tensors.size, 1, `tensors after each step: ${[...tensors]}`);
    for (const [parameter, { data }] of await model.snapshot()) {
      assert.notDeepEqual(data, start.get(parameter)!.data, parameter);
    }
    const left = unexplained(model, x);
    assert.ok(left < LEFT, `${left} of the variance is left`);
    model.dispose();
    optimiser.dispose();
    x.dispose();
    assert.equal(tf.memory().numTensors, before);
  });
}

async function scoresOf(detector: Detector): Promise<number[]> {
  const scores: number[] = [];
  for await (const batch of scoreEntries(stream(TEST), detector)) {
    for (const entry of batch) scores.push("error" in entry ? NaN : entry.verdict.score);
  }
  return scores;
}

/** Runs, fewer of what takes long. */
const SEEDS: Readonly<Record<string, readonly number[]>> = {
  cae: [1],
  "cae-transposed": [1],
  recurrent: [1],
};

for (const name of Object.keys(NETWORKS)) {
  for (const seed of SEEDS[name] ?? [1, 2]) {
    Deno.test(`${name}, seed ${seed}, tells a strange digit better than the mean image does`, () =>
      tellsStrangeDigit(name, seed));
  }
}

async function tellsStrangeDigit(name: string, seed: number) {
  const side = SIDES[name] ?? 8;
  const { model } = await trainDetector(stream(TRAIN), {
    architecture: name,
    holdOut: [STRANGE],
    size: { width: side, height: side },
    latent: LATENTS[name],
    epochs: EPOCHS[name] ?? 15,
    batch: 32,
    learningRate: 3e-3,
    seed,
    backend: "wasm",
    workers: 1,
    version: "0.0.0",
  });
  const detector = await Detector.open(model, { backend: "wasm" });
  const scores = await scoresOf(detector);
  const loaded = await Detector.open(encodeModel(model), { backend: "wasm" });
  assert.deepEqual(await scoresOf(loaded), scores);
  detector.dispose();
  loaded.dispose();
  const trivial = meanImageAuroc(TRAIN, TEST, STRANGE), got = aurocOf(scores, TEST, STRANGE);
  assert.ok(got > trivial, `AUROC ${got}, by the mean image ${trivial}`);
}
