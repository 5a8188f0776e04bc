/** Models of kinds of their own train as autoencoders do: in threads, resumed, augmented and watched. */

import assert from "node:assert/strict";
import { openBackend, tf } from "../../src/compute/mod.ts";
import { trainDetector, type TrainOptions } from "../../src/detection/mod.ts";
import { KINDS } from "../../src/models/mod.ts";
import { Random } from "../../src/random.ts";
import { encodeModel } from "../../src/store/mod.ts";
import { fitKind, ImageSet } from "../../src/training/mod.ts";
import { digits } from "../models/_digits.ts";
import { stream } from "./_entries.ts";

const LEARNING = Object.keys(KINDS).filter((name) => KINDS[name]!.defaults.steps > 0);
const THREADED = LEARNING.filter((name) => name !== "aae");
const TRAIN = (await digits("train")).slice(0, 160);

/** What suits 8 x 8 digits; the adversarial autoencoder of lenses takes no less than 17 x 17. */
const OPTIONS: Readonly<Record<string, Partial<TrainOptions>>> = {
  aae: { latent: 8, size: { width: 17, height: 17 } },
  "cvae-dense": { latent: 8 },
  rbm: { latent: 32, gibbs: 2 },
};

async function train(architecture: string, options: Partial<TrainOptions> = {}) {
  const { model } = await trainDetector(stream(TRAIN), {
    architecture,
    backend: "wasm",
    seed: 1,
    version: "0.0.0",
    batch: 32,
    epochs: 3,
    workers: 1,
    holdOut: ["0"],
    ...OPTIONS[architecture],
    ...options,
  });
  return model;
}

for (const name of LEARNING) {
  Deno.test(`${name} goes on from a checkpoint as if it had not stopped`, async () => {
    const recipe = { augment: ["shift:1", "noise:0.1"], schedule: "cosine" };
    const checkpoints: Uint8Array[] = [];
    const whole = await train(name, {
      recipe,
      onEpoch: async (_, checkpoint) => void checkpoints.push(await checkpoint()),
    });
    const before = tf.memory().numTensors;
    const resume = { bytes: checkpoints[1]!, name: "c" };
    const resumed = await train(name, { recipe, resume });
    assert.deepEqual(encodeModel(resumed), encodeModel(whole));
    assert.equal(tf.memory().numTensors, before, "tensors must be freed");
    await assert.rejects(train(name, { recipe, resume, learningRate: 0.5 }), {
      code: "usage",
      message: /--lr must be/,
    });
  });
}

for (const name of THREADED) {
  Deno.test(`${name} learns the same on two threads as on one, to rounding`, async () => {
    const recipe = { augment: ["shift:1"], clip: 5 };
    const [one, two] = [await train(name, { recipe }), await train(name, { recipe, workers: 2 })];
    assert.deepEqual([one.training.threads, two.training.threads], [1, 2]);
    one.history.forEach(({ loss, validationLoss }, i) => {
      const other = two.history[i]!;
      // Adam divides by small numbers, which multiplies the rounding of sums in another order.
      assert.ok(Math.abs(loss - other.loss) <= 2e-3 * loss, `${loss} ${other.loss}`);
      const apart = Math.abs(validationLoss - other.validationLoss);
      assert.ok(apart <= 1e-2 * validationLoss, `${validationLoss} ${other.validationLoss}`);
    });
  });
}

Deno.test("augmentation changes what a model of its own kind learns, and is noted", async () => {
  for (const name of LEARNING) {
    const plain = await train(name, { epochs: 1 });
    const recipe = { augment: ["rotate:20"] };
    const changed = await train(name, { epochs: 1, recipe });
    assert.deepEqual(changed.training.recipe?.augment, recipe.augment);
    assert.notEqual(changed.history[0]!.loss, plain.history[0]!.loss, name);
  }
});

Deno.test("the loss of a label is watched, and changes nothing else", async () => {
  for (const name of LEARNING.filter((name) => name !== "resnet")) {
    const plain = await train(name, { epochs: 2 });
    const watched = await train(name, { epochs: 2, watch: "0" });
    const losses = watched.history.map(({ watchedLoss }) => watchedLoss!);
    assert.ok(losses.every((loss) => loss > 0), name);
    assert.deepEqual(watched.weights, plain.weights);
  }
});

Deno.test("a conditional model's KL divergence warms up and has free bits, as of others", async () => {
  const losses: number[] = [];
  for (const recipe of [{}, { klWarmup: 2 }, { freeBits: 2 }]) {
    const { history, training } = await train("cvae-dense", { recipe, epochs: 1 });
    assert.deepEqual(training.recipe ?? {}, recipe);
    losses.push(history[0]!.loss);
  }
  const [plain, warm, free] = losses as [number, number, number];
  // At first the latents say next to nothing: 8 units pay for 2 nats each.
  assert.ok(warm < plain && free > plain, losses.join());
});

Deno.test("a Boltzmann machine whose hidden units are off draws the mean image before it learns", async () => {
  await openBackend("wasm");
  const images = new ImageSet([1, 4, 1]);
  for (const image of [[0, 1, 0.2, 1], [0, 0, 0.4, 1], [1, 1, 1, 0]]) {
    images.add(Float32Array.from(image));
  }
  const split = {
    training: Uint32Array.of(0, 1),
    validation: Uint32Array.of(2),
    calibration: Uint32Array.of(),
  };
  const spec = KINDS["rbm"]!.build({ inputShape: images.shape, images: 2, latent: 3 });
  const data = { images, classes: new Int32Array(3).fill(-1), split };
  const options = { epochs: 0, batch: 2, learningRate: 1, patience: 1, random: new Random(1) };
  const { model } = await fitKind(spec, data, options);
  const drawn = tf.tidy(() => model.decode!(tf.zeros([1, 3])));
  // Nothing starts as certain.
  const wanted = [0.01, 0.5, 0.3, 0.99];
  (await drawn.data()).forEach((p, i) => assert.ok(Math.abs(p - wanted[i]!) < 1e-6, `${p}`));
  drawn.dispose();
  model.dispose();
});
