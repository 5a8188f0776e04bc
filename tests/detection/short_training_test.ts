/** Trainings too short for their model. */

import assert from "node:assert/strict";
import { trainDetector, type TrainOptions } from "../../src/detection/mod.ts";
import { squares, stream } from "./_entries.ts";

/** Trains on 25 of 40 images for an epoch. */
async function train(options: Partial<TrainOptions>) {
  const warnings: string[] = [];
  const { model } = await trainDetector(stream(squares(40)), {
    ...{ epochs: 1, latent: 4, calibrate: "split", backend: "wasm", workers: 1, version: "0.0.0" },
    // Some of the squares are equal.
    onWarning: (message, hint) =>
      message.startsWith("images that equal") || warnings.push(`${message}; ${hint}`),
    ...options,
  });
  return { batch: model.training.batch, warnings };
}

Deno.test("a training too short for its model is warned of, with the epochs that it takes", async () => {
  const short = await train({ architecture: "cae" });
  assert.equal(short.batch, 32);
  assert.deepEqual(short.warnings, [
    "cae learns to tell images apart in 200 steps or more: this training has 1; " +
    "take --epochs 200 or more, or --model small, which learns faster",
  ]);
  // The last of 25 images joins the sixth batch of 4.
  const [warning] = (await train({ architecture: "cae", batch: 4 })).warnings;
  assert.match(warning!, /has 6; take --epochs 34 /);
});

Deno.test("a model that learns in a few steps is not warned of", async () => {
  assert.deepEqual(await train({ architecture: "dense" }), { batch: 128, warnings: [] });
});
