import assert from "node:assert/strict";
import { enableGradients, openBackend } from "../../src/compute/mod.ts";
import { type Hyperparameters, WorkerGroup } from "../../src/training/mod.ts";
import { roomOf, type SmallResult, type SmallTraining, trainSmall } from "./_training.ts";

const TRAINING: SmallTraining = {
  architecture: "vae",
  side: 8,
  images: 84,
  batch: 16,
  epochs: 8,
  learningRate: 3e-3,
};

/** Trains on some threads, each of which checks that it leaks nothing and has the same weights. */
async function train(threads: number, training: Partial<SmallTraining>): Promise<SmallResult> {
  await openBackend("wasm");
  await enableGradients();
  const whole = { ...TRAINING, ...training };
  const workerGroup = new WorkerGroup({
    module: new URL("./_training_worker.ts", import.meta.url).href,
  });
  try {
    workerGroup.resize(threads - 1);
    assert.equal(await workerGroup.ready(), undefined);
    return await workerGroup.run(roomOf(whole), whole, (group) => trainSmall(whole, group));
  } finally {
    workerGroup.stop();
  }
}

/** An architecture whose dense layers are split over threads. */
const SPLIT = "cae";
/** A training whose first and last layers are, so that threads share its loss by columns. */
const WIDE = { architecture: "dense", side: 32 };

Deno.test("dense layers are split where matrices are larger than batches", async () => {
  await openBackend("wasm");
  const lane = (architecture: string, batch: number) =>
    roomOf({ ...TRAINING, architecture, batch }).activations!;
  // 256 to 1024 units; up to an eighth more images than are asked for.
  assert.equal(lane(SPLIT, 16), 1024 * 18);
  assert.equal(lane(SPLIT, 512), 0);
  assert.equal(lane("vae", 16), 0);
  assert.equal(roomOf({ ...TRAINING, ...WIDE }).activations, 1024 * 18);
});

function norm(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

/**
 * How far threads may be from one, relative: sums of float32 in another order. Where rounding turns a
 * rectifier on or off the gradient jumps, and the ten thousands of them in `cae` are never all spared.
 */
const TOLERANCE: readonly (Pick<SmallTraining, "architecture" | "side"> & { most: number })[] = [
  { architecture: "dense", side: 8, most: 1e-5 },
  { ...WIDE, most: 1e-5 },
  { architecture: "dropout", side: 8, most: 1e-5 },
  { architecture: "vae", side: 8, most: 1e-4 },
  { architecture: "cae", side: 8, most: 2e-2 },
];

for (const { most, ...network } of TOLERANCE) {
  const name = `${network.architecture} of ${network.side} x ${network.side}`;
  Deno.test(`${name} learns, moves every parameter, leaks nothing and is repeatable`, async () => {
    const first = await train(1, network), second = await train(1, network);
    const losses = first.history.map((record) => record.loss);
    assert.ok(losses.at(-1)! < 0.9 * losses[0]!, `losses ${losses}`);
    for (const [parameter, { data }] of first.weights) {
      assert.notDeepEqual(data, first.start.get(parameter)!.data, parameter);
    }
    assert.deepEqual(first.weights, second.weights);
  });

  Deno.test(`${name}: one step of 2 and 3 threads has the gradients of one`, async () => {
    // All images that train are one batch, which neither 3 nor 4 divide: 26 of 41.
    const step = { ...network, images: 41, batch: 64, epochs: 1 };
    const wanted = (await train(1, step)).states[0]!.optimiser;
    // A thousandth of the largest stands for those that are 0 but for rounding, as that of a bias
    // before a normalisation.
    const least = Math.max(...wanted.moments.map(norm)) / 1000;
    for (const threads of [2, 3, 4]) {
      const { optimiser } = (await train(threads, step)).states[0]!;
      assert.equal(optimiser.steps, 1);
      for (const [i, moment] of optimiser.moments.entries()) {
        const one = wanted.moments[i]!;
        const error = norm(moment.map((value, j) => value - one[j]!)) / Math.max(least, norm(one));
        assert.ok(error < most, `moment ${i}, ${threads} threads: ${error}`);
      }
    }
  });

  Deno.test(`${name}: 2 and 3 threads learn as one does, the same each time`, async () => {
    // Steps are small, so that rounding does not grow to another path.
    const training = { ...network, epochs: 4, learningRate: 1e-4 };
    const wanted = await train(1, training);
    for (const threads of [2, 3]) {
      const got = await train(threads, training);
      assert.equal(got.history.length, wanted.history.length);
      for (const [i, { loss, validationLoss }] of got.history.entries()) {
        const one = wanted.history[i]!;
        assert.ok(Math.abs(loss / one.loss - 1) < most, `${loss} is not ${one.loss}`);
        const error = Math.abs(validationLoss / one.validationLoss - 1);
        assert.ok(error < most, `${validationLoss} is not ${one.validationLoss}`);
      }
      const again = await train(threads, training);
      assert.deepEqual(again.history, got.history);
      for (const [name, { data }] of again.weights) {
        assert.deepEqual(data, got.weights.get(name)!.data, name);
      }
    }
  });
}

Deno.test("all hyperparameters leave no tensor behind, and members the same weights", async () => {
  const settings: readonly Hyperparameters[] = [
    { optimizer: "sgd", momentum: 0.9, clip: 1, augment: ["noise", "rotate"] },
    { optimizer: "adamw", weightDecay: 0.1, klWarmup: 2, freeBits: 0.2 },
    { optimizer: "rmsprop", momentum: 0.5, weightDecay: 0.1, clip: 1, schedule: "one-cycle" },
  ];
  for (const network of [{ architecture: "vae" }, { architecture: SPLIT }, WIDE]) {
    for (const hyperparameters of settings) {
      const training = { ...network, hyperparameters, epochs: 2, learningRate: 1e-3 };
      for (const threads of [1, 2]) {
        const { states } = await train(threads, training);
        assert.equal(states.length, 2);
      }
    }
  }
});

Deno.test("more threads than a batch has images are refused", async () => {
  await assert.rejects(train(3, { images: 80 }), {
    name: "RangeError",
    message: /must be at most 2, .* current number is 3/,
  });
});
