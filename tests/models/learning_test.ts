/** Every architecture learns a batch by heart. */

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
import { Autoencoder } from "../../src/models/autoencoder/autoencoder.ts";
import { Random } from "../../src/random.ts";
import { trainableOf, type TrainingPass } from "../../src/training/mod.ts";
import { digits } from "./_digits.ts";
import { LATENTS, NETWORKS, SIDES } from "./_models.ts";

/** Learning rates for a batch by heart where 0.003 is not the best. */
const RATES: Readonly<Record<string, number>> = { recurrent: 1e-2 };

const TRAIN = await digits("train");

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
