import assert from "node:assert/strict";
import { openBackend, tf } from "../../src/compute/mod.ts";
import { trainDetector, type TrainOptions } from "../../src/detection/mod.ts";
import { Autoencoder } from "../../src/models/autoencoder/autoencoder.ts";
import { Random } from "../../src/random.ts";
import { decodeModel, encodeModel } from "../../src/store/mod.ts";
import type { Hyperparameters } from "../../src/training/mod.ts";
import { squares, stream } from "../detection/_entries.ts";
import { NETWORKS } from "../models/_models.ts";

const OPTIONS: TrainOptions = {
  architecture: "vae",
  backend: "wasm",
  // Folds would train each model six times.
  calibrate: "split",
  workers: 1,
  epochs: 4,
  patience: 4,
  batch: 16,
  learningRate: 1e-3,
  seed: 1,
  version: "0.0.0",
};

const train = (options: Partial<TrainOptions> = {}) =>
  trainDetector(stream(squares(90)), { ...OPTIONS, ...options });

/** Every setting at least once; rates that learn. */
const SETTINGS: readonly (Hyperparameters & { readonly learningRate?: number })[] = [
  { optimizer: "sgd", clip: 5, schedule: "cosine", augment: ["flip-x", "shift:1"] },
  { optimizer: "rmsprop", momentum: 0.5, weightDecay: 0.01, schedule: "plateau:0.5,1" },
  { optimizer: "adamw", schedule: "one-cycle", klWarmup: 3, freeBits: 0.1 },
  { schedule: "exponential:0.5", augment: ["rotate", "crop", "noise", "cutout:2", "contrast"] },
];

/** Sums of float32 in another order, through some steps. */
const TOLERANCE = 2e-4;

for (const hyperparameters of SETTINGS) {
  const name = Object.values(hyperparameters).flat().join(", ");

  Deno.test(`${name}: one seed gives one file, which is that of a resumed training`, async () => {
    for (const workers of [1, 2]) {
      const checkpoints: Uint8Array[] = [];
      const { model } = await train({
        workers,
        hyperparameters,
        onEpoch: async (_, checkpoint) => void checkpoints.push(await checkpoint()),
      });
      const whole = encodeModel(model);
      assert.deepEqual(
        decodeModel(whole, "m").training.hyperparameters,
        model.training.hyperparameters,
      );
      assert.equal(
        model.training.hyperparameters?.schedule?.split(":")[0],
        hyperparameters.schedule!.split(":")[0],
      );
      for (const bytes of [checkpoints[0]!, checkpoints[2]!]) {
        const resumed = await train({ workers, hyperparameters, resume: { bytes, name: "c" } });
        assert.deepEqual(encodeModel(resumed.model), whole);
      }
      // Others can go on from it: what they keep is laid out as one has it.
      const resume = { bytes: checkpoints[2]!, name: "c" };
      const { history } = (await train({ workers: 3 - workers, hyperparameters, resume })).model;
      const [wanted, got] = [model.history[3]!, history[3]!];
      assert.ok(Math.abs(got.loss / wanted.loss - 1) < TOLERANCE, `${got.loss}, ${wanted.loss}`);
    }
  });

  Deno.test(`${name}: 2 and 3 threads learn as one does`, async () => {
    const one = (await train({ hyperparameters, epochs: 2 })).model.history;
    for (const workers of [2, 3]) {
      const { history } = (await train({ hyperparameters, epochs: 2, workers })).model;
      history.forEach(({ loss, validationLoss }, i) => {
        assert.ok(Math.abs(loss / one[i]!.loss - 1) < TOLERANCE, `${loss}, not ${one[i]!.loss}`);
        const error = Math.abs(validationLoss / one[i]!.validationLoss - 1);
        assert.ok(error < TOLERANCE, `${validationLoss}, not ${one[i]!.validationLoss}`);
      });
    }
  });
}

Deno.test("a training cannot go on by other hyperparameters", async () => {
  let checkpoint = new Uint8Array();
  const hyperparameters: Hyperparameters = { optimizer: "sgd", clip: 5, schedule: "cosine" };
  await train({
    hyperparameters,
    epochs: 2,
    onEpoch: async (_, make) => void (checkpoint = new Uint8Array(await make())),
  });
  const resume = { bytes: checkpoint, name: "c" };
  for (
    const [options, message] of [
      [{ hyperparameters: {} }, /--optimizer must be sgd: current value is the default/],
      [
        { hyperparameters: { ...hyperparameters, clip: 1 } },
        /--clip must be 5: current value is 1/,
      ],
      [
        { hyperparameters: { ...hyperparameters, momentum: 0 } },
        /--momentum must be 0.9: .* is the default/,
      ],
      [
        { hyperparameters: { ...hyperparameters, augment: ["flip-x"] } },
        /--augment must be the default: .* flip-x/,
      ],
      [{ hyperparameters, epochs: 3 }, /--epochs must be 2: current value is 3/],
    ] as const
  ) {
    await assert.rejects(train({ epochs: 2, resume, ...options }), { code: "usage", message });
  }
});

Deno.test("only training images are changed, and only the training's loss is warmed up", async () => {
  const still = { epochs: 1, learningRate: 1e-30 };
  const [plain] = (await train(still)).model.history;
  for (
    const hyperparameters of [
      { augment: ["rotate:90"] },
      { augment: ["noise:1"] },
      { klWarmup: 9 },
      { freeBits: 3 },
    ]
  ) {
    const [record] = (await train({ ...still, hyperparameters })).model.history;
    // Batches differ by their statistics, and validation by nothing but those.
    const off = Math.abs(record!.validationLoss / plain!.validationLoss - 1);
    assert.ok(off < ("augment" in hyperparameters ? 0.05 : 1e-7), JSON.stringify(hyperparameters));
    assert.ok(Math.abs(record!.loss / plain!.loss - 1) > 1e-4, JSON.stringify(hyperparameters));
  }
});

Deno.test("a schedule that follows the length runs to its end, unless told otherwise after its peak", async () => {
  // Nothing moves: the first epoch stays the best.
  const still = { architecture: "dense", epochs: 12, learningRate: 1e-30 };
  const epochsOf = async (schedule: string, patience?: number) => {
    const { model } = await train({ ...still, hyperparameters: { schedule }, patience });
    assert.equal(model.history.at(-1)!.validationLoss, model.history[0]!.validationLoss);
    return model.history.length;
  };
  assert.equal(await epochsOf("constant"), 1 + 3);
  assert.equal(await epochsOf("exponential"), 1 + 3);
  assert.equal(await epochsOf("cosine"), 12);
  assert.equal(await epochsOf("one-cycle"), 12);
  assert.equal(await epochsOf("cosine", 2), 1 + 2);
  assert.equal(await epochsOf("one-cycle", 2), 4 + 2, "it rises for 4 epochs, 3 in 10 of 12");
});

Deno.test("what goes in can be spoilt while what is to come out stays", async () => {
  await openBackend("cpu");
  const spec = NETWORKS["dense"]!.build({ inputShape: [4, 4, 1] });
  const random = new Random(2);
  const model = new Autoencoder(spec, random);
  const [got, wanted] = tf.tidy(() => {
    const x = tf.tensor4d(Float32Array.from({ length: 32 }, () => random.uniform()), [2, 4, 4, 1]);
    const input = tf.zerosLike(x);
    const none = (shape: readonly number[]) => tf.zeros([...shape]);
    const loss = model.trainingLoss({ x }, { statistics: [], normal: none, uniform: none, input });
    const errors = tf.squaredDifference(x, model.errors(input).reconstruction);
    return [[...loss.dataSync()], [...tf.sum(errors, [1, 2, 3]).dataSync()]];
  });
  got.forEach((value, i) => assert.ok(Math.abs(value - wanted[i]!) < 1e-5));
  model.dispose();
});

Deno.test("without hyperparameters a training is the one by their defaults, to the bit", async () => {
  const { model } = await train({ epochs: 2 });
  assert.equal(model.training.hyperparameters, undefined);
  const hyperparameters = {
    optimizer: "adam",
    weightDecay: 0,
    schedule: "constant",
    klWarmup: 0,
    freeBits: 0,
  } as const;
  const defaults = (await train({ epochs: 2, hyperparameters })).model;
  assert.deepEqual(defaults.weights, model.weights);
});
