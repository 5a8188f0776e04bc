/** Models other than autoencoders train as those do: in threads, resumed, augmented and watched. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { tf } from "../../src/compute/mod.ts";
import { trainDetector, type TrainOptions } from "../../src/detection/mod.ts";
import { requireModel } from "../../src/models/mod.ts";
import { encodeModel, type ModelFile } from "../../src/store/mod.ts";
import { digits } from "../models/_digits.ts";
import { OTHER_LEARNING_NAMES } from "../models/_models.ts";
import { stream } from "./_entries.ts";

const TRAIN = (await digits("train")).slice(0, 160);

/** Options for 8 x 8 digits; the adversarial autoencoder of lenses takes no less than 17 x 17. */
const OPTIONS: Readonly<Record<string, Partial<TrainOptions>>> = {
  aae: { latent: 8, size: { width: 17, height: 17 } },
  "cvae-dense": { latent: 8 },
  rbm: { latent: 32, gibbs: 2 },
};

/** Hash of the model's file: a comparison of files of megabytes takes minutes to print. */
function fileHash(model: ModelFile): string {
  return createHash("sha256").update(encodeModel(model)).digest("hex");
}

async function train(architecture: string, options: Partial<TrainOptions> = {}) {
  const { model } = await trainDetector(stream(TRAIN), {
    architecture,
    backend: "wasm",
    seed: 1,
    version: "0.0.0",
    batch: 32,
    epochs: 3,
    workers: 1,
    // Folds would train each model six times.
    calibrate: "split",
    holdOut: ["0"],
    ...OPTIONS[architecture],
    ...options,
  });
  return model;
}

for (const name of OTHER_LEARNING_NAMES) {
  Deno.test(`${name} goes on from a checkpoint as if it had not stopped`, async () => {
    const hyperparameters = { augment: ["shift:1", "noise:0.1"], schedule: "cosine" };
    const checkpoints: Uint8Array[] = [];
    for (const workers of [2, 1]) {
      checkpoints.length = 0;
      const whole = await train(name, {
        hyperparameters,
        workers,
        onEpoch: async (_, checkpoint) => void checkpoints.push(await checkpoint()),
      });
      const before = tf.memory().numTensors;
      const resume = { bytes: checkpoints[1]!, name: "c" };
      const resumed = await train(name, { hyperparameters, workers, resume });
      assert.equal(fileHash(resumed), fileHash(whole));
      assert.equal(tf.memory().numTensors, before, "tensors must be freed");
    }
    const resume = { bytes: checkpoints[1]!, name: "c" };
    await assert.rejects(train(name, { hyperparameters, resume, learningRate: 0.5 }), {
      code: "usage",
      message: /--lr must be/,
    });
  });
}

for (const name of OTHER_LEARNING_NAMES) {
  Deno.test(`${name} learns the same on two threads as on one, to rounding`, async () => {
    const hyperparameters = { augment: ["shift:1"], clip: 5 };
    const [one, two] = [
      await train(name, { hyperparameters }),
      await train(name, { hyperparameters, workers: 2 }),
    ];
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

Deno.test("threads that divide what a model keeps make the same of it as one", async () => {
  const [one, two] = [
    await train("open-set", { epochs: 1 }),
    await train("open-set", { epochs: 1, workers: 2 }),
  ];
  assert.equal(two.training.threads, 2);
  for (const name of ["directions", "images", "scales", "counts"].map((name) => `edges/${name}`)) {
    assert.deepEqual(two.weights.get(name), one.weights.get(name), name);
  }
  const kept = two.weights.get("embedding/images")!.data;
  // Weights differ by the rounding of sums over images.
  one.weights.get("embedding/images")!.data.forEach((value, i) =>
    assert.ok(Math.abs(value - kept[i]!) < 0.05, `${value} ${kept[i]}`)
  );
});

Deno.test("aae with dense layers that threads split learns by each setting what one thread does", async () => {
  // 576 x 400 weights are enough to split, and both the autoencoder and its encoder move them.
  const large = { latent: 400, size: { width: 40, height: 40 }, epochs: 2 };
  // Steps as long as gradients have no small numbers to divide by: what is left is the sums' rounding.
  const plain = { optimizer: "sgd", clip: 1, momentum: 0.5, weightDecay: 0.1 } as const;
  for (
    const [options, tolerance] of [
      [{ hyperparameters: plain, learningRate: 0.01 }, 1e-5],
      [{ learningRate: 1e-4 }, 1e-3],
    ] as const
  ) {
    const checkpoints: Uint8Array[] = [];
    const onEpoch = async (_: unknown, checkpoint: () => Promise<Uint8Array>) =>
      void checkpoints.push(await checkpoint());
    const one = await train("aae", { ...large, ...options });
    for (const workers of [2, 3]) {
      checkpoints.length = 0;
      const many = await train("aae", { ...large, ...options, workers, onEpoch });
      assert.equal(many.training.threads, workers);
      const resume = { bytes: checkpoints[0]!, name: "c" };
      const again = await train("aae", { ...large, ...options, workers, resume });
      assert.equal(fileHash(again), fileHash(many), "resumed, it ends the same");
      // One thread goes on from what several have written.
      const { history } = await train("aae", { ...large, ...options, resume });
      for (const { history: other } of [many, { history }]) {
        other.forEach(({ loss, validationLoss }, i) => {
          const wanted = one.history[i]!;
          const off = Math.max(
            Math.abs(loss / wanted.loss - 1),
            Math.abs(validationLoss / wanted.validationLoss - 1),
          );
          assert.ok(off < tolerance, `${workers} threads, epoch ${i + 1}: off by ${off}`);
        });
      }
    }
  }
});

Deno.test("augmentation changes what a model of any type learns, and is noted", async () => {
  for (const name of OTHER_LEARNING_NAMES) {
    const plain = await train(name, { epochs: 1 });
    const hyperparameters = { augment: ["rotate:20"] };
    const changed = await train(name, { epochs: 1, hyperparameters });
    assert.deepEqual(changed.training.hyperparameters?.augment, hyperparameters.augment);
    assert.notEqual(changed.history[0]!.loss, plain.history[0]!.loss, name);
  }
});

Deno.test("the loss of a label is watched, and changes nothing else", async () => {
  for (
    const name of OTHER_LEARNING_NAMES.filter((name) =>
      !requireModel(name).type.learning?.needsLabels
    )
  ) {
    const plain = await train(name, { epochs: 2 });
    const watched = await train(name, { epochs: 2, watch: "0" });
    const losses = watched.history.map(({ watchedLoss }) => watchedLoss!);
    assert.ok(losses.every((loss) => loss > 0), name);
    assert.deepEqual(watched.weights, plain.weights);
  }
});

Deno.test("a conditional model's KL divergence warms up and has free bits, as of others", async () => {
  const losses: number[] = [];
  for (const hyperparameters of [{}, { klWarmup: 2 }, { freeBits: 2 }]) {
    const { history, training } = await train("cvae-dense", { hyperparameters, epochs: 1 });
    assert.deepEqual(training.hyperparameters ?? {}, hyperparameters);
    losses.push(history[0]!.loss);
  }
  const [plain, warm, free] = losses as [number, number, number];
  // At first the latents say next to nothing: 8 units pay for 2 nats each.
  assert.ok(warm < plain && free > plain, losses.join());
});
