/** Training settings of models that follow a paper. */

import assert from "node:assert/strict";
import { TRAIN, train } from "./_digit_models.ts";

const SOME = TRAIN.slice(0, 200);

Deno.test("an optimiser and a schedule are the user's, else those of the model's authors", async () => {
  const few = { epochs: 1, latent: 16, size: { width: 17, height: 17 } };
  const published = { weightDecay: 1e-5, schedule: "one-cycle" };
  const cases = [
    [{ schedule: undefined }, published],
    [{ optimizer: "sgd", clip: 1 }, { optimizer: "sgd", momentum: 0.9, clip: 1, ...published }],
    [{ schedule: "constant" }, { weightDecay: 1e-5 }],
    [{ weightDecay: 0 }, { schedule: "one-cycle" }],
  ] as const;
  for (const name of ["aae", "dcae", "lens-vae"]) {
    const losses = new Set<number>();
    for (const [hyperparameters, noted] of cases) {
      const { training, history } = await train(name, {
        ...few,
        hyperparameters,
        learningRate: undefined,
      }, SOME);
      assert.deepEqual(training.hyperparameters, noted, name);
      assert.equal(training.learningRate, 2e-3);
      losses.add(history[0]!.loss);
    }
    assert.equal(losses.size, cases.length, `${name} learns in a way of its own each time`);
    const whole = { schedule: "constant", weightDecay: 0 };
    const { training } = await train(
      name,
      { ...few, hyperparameters: whole, learningRate: 1e-3 },
      SOME,
    );
    assert.deepEqual([training.hyperparameters, training.learningRate], [undefined, 1e-3]);
  }
});
