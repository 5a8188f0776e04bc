/** Our tape against tfjs's, and what it costs. */

import assert from "node:assert/strict";
import {
  addScaled,
  enableGradients,
  openBackend,
  scaled,
  sumAndGradients,
  tf,
  valueAndGradients,
} from "../../src/compute/mod.ts";
import { Aae } from "../../src/models/aae/aae.ts";
import { AAE } from "../../src/models/aae/definition.ts";
import { Autoencoder } from "../../src/models/autoencoder/autoencoder.ts";
import { Random } from "../../src/random.ts";
import { trainableOf, type TrainingPass } from "../../src/training/mod.ts";
import { NETWORKS } from "./_models.ts";

const BATCH = 3;
/** `[height, width]` where an architecture takes no images of 8 x 12. */
const EXTENTS: Readonly<Record<string, readonly [number, number]>> = {
  "conv-pool": [8, 24],
  dcae: [20, 20],
  "lens-vae": [20, 20],
};
/** The same kernels on the same numbers, but for the order in which factors are multiplied. */
const TOLERANCE = 1e-5;
/** Networks compared on the plain backend too, which is slow: they have most kinds of layers. */
const PLAIN: readonly string[] = ["stacked", "denoising", "vae", "conv-pool"];
/** Networks with layers that only tfjs differentiates. */
const NOT_TRACEABLE: readonly string[] = ["recurrent"];

/** A model and images for it. */
function setUp(name: string) {
  const random = new Random(6);
  const [height, width] = EXTENTS[name] ?? [8, 12];
  const shape = [height, width, 1] as const;
  const model = new Autoencoder(
    NETWORKS[name]!.build({ inputShape: shape, latent: 4 }),
    random,
  );
  const pixels = Float32Array.from({ length: BATCH * height * width }, () => random.uniform());
  return { model, x: tf.tensor(pixels, [BATCH, ...shape]) };
}

/** The same chance whenever it is asked for. */
function passOf(options: Partial<TrainingPass> = {}): TrainingPass {
  const random = new Random(7);
  const draw = (shape: readonly number[], each: () => number) =>
    tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, each), [...shape]);
  return {
    statistics: [],
    normal: (shape) => draw(shape, () => random.normal()),
    uniform: (shape) => draw(shape, () => random.uniform()),
    ...options,
  };
}

for (const backend of ["wasm", "cpu"] as const) {
  Deno.test(`${backend}: our tape gives the gradients of tfjs's, and leaves nothing behind`, async () => {
    await openBackend(backend);
    await enableGradients();
    for (const name of backend === "wasm" ? Object.keys(NETWORKS) : PLAIN) {
      const { model, x } = setUp(name), trainable = trainableOf(model.parameters);
      assert.equal(model.traceable, !NOT_TRACEABLE.includes(name), name);
      if (!model.traceable) continue;
      for (const options of [{}, { klWeight: 0.3 }, { freeBits: 0.05 }]) {
        const before = tf.memory().numTensors;
        const theirs = passOf(options), ours = passOf(options);
        const wanted = valueAndGradients(
          () => tf.mul(tf.sum<tf.Scalar>(model.trainingLoss({ x }, theirs)), 1 / BATCH),
          trainable,
        );
        const got = sumAndGradients(
          () => model.trainingLoss({ x }, ours),
          1 / BATCH,
          trainable,
        );
        const loss = wanted.value.dataSync()[0]! * BATCH;
        assert.ok(Math.abs(got.sum.dataSync()[0]! - loss) <= 1e-6 * loss, name);
        got.gradients.forEach((gradient, i) => {
          const values = gradient.dataSync<"float32">();
          const others = wanted.gradients[i]!.dataSync<"float32">();
          const most = others.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
          values.forEach((value, j) => {
            const difference = Math.abs(value - others[j]!);
            assert.ok(difference <= TOLERANCE * most, `${name}, ${i}: ${difference} of ${most}`);
          });
          assert.deepEqual(gradient.shape, trainable[i]!.shape);
        });
        tf.dispose([wanted.value, got.sum, ...wanted.gradients, ...got.gradients]);
        for (const pass of [ours, theirs]) {
          for (const { mean, variance } of pass.statistics) tf.dispose([mean, variance]);
        }
        assert.equal(tf.memory().numTensors, before, name);
      }
      x.dispose();
      model.dispose();
    }
  });
}

Deno.test("our tape gives tfjs's gradients of an adversarial autoencoder's doubts", async () => {
  await openBackend("wasm");
  await enableGradients();
  const spec = AAE.build({ inputShape: [17, 17, 1], images: BATCH, latent: 4 });
  const random = new Random(6);
  const model = new Aae(spec, random), [, discriminator, encoder] = model.players;
  const pixels = Float32Array.from({ length: BATCH * 17 * 17 }, () => random.uniform());
  const x = tf.tensor(pixels, [BATCH, 17, 17, 1]);
  const before = tf.memory().numTensors;
  for (const drawn of [true, false]) {
    for (const variables of [discriminator, encoder]) {
      const passes = [passOf(), passOf()] as const;
      const doubt = (pass: TrainingPass) =>
        addScaled(
          model.surprise(model.encode(x, pass), drawn),
          model.surprise(model.prior(BATCH, pass), !drawn),
          1,
        );
      const wanted = valueAndGradients(() => tf.sum<tf.Scalar>(doubt(passes[0])), variables);
      const got = sumAndGradients(() => doubt(passes[1]), 1, variables);
      got.gradients.forEach((gradient, i) => {
        const values = gradient.dataSync<"float32">();
        const others = wanted.gradients[i]!.dataSync<"float32">();
        const most = others.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
        values.forEach((value, j) => {
          assert.ok(Math.abs(value - others[j]!) <= TOLERANCE * most, `${value}, ${others[j]}`);
        });
      });
      tf.dispose([wanted.value, got.sum, ...wanted.gradients, ...got.gradients]);
      for (const { statistics } of passes) {
        for (const { mean, variance } of statistics) tf.dispose([mean, variance]);
      }
      assert.equal(tf.memory().numTensors, before, "tensors must be freed");
    }
  }
  x.dispose();
  model.dispose();
});

Deno.test("our tape refuses what is made of operations without a gradient", async () => {
  await openBackend("wasm");
  await enableGradients();
  const w = tf.variable(tf.tensor1d([1, 2]));
  const refused = { name: "TypeError", message: /must be made by an operation with a gradient/ };
  assert.throws(() => sumAndGradients(() => scaled(tf.exp(w), 2), 1, [w]), refused);
  assert.throws(() => sumAndGradients(() => tf.exp(w), 1, [w]), {
    name: "TypeError",
    message: /must depend on it/,
  });
  const other = tf.variable(tf.tensor1d([3]));
  assert.throws(() => sumAndGradients(() => scaled(w, 2), 1, [w, other]), {
    name: "TypeError",
    message: /must depend on it/,
  });
  tf.dispose([w, other]);
});
