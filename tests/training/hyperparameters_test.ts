import assert from "node:assert/strict";
import { completeHyperparameters, hyperparameterSettings } from "../../src/training/mod.ts";
import { parseSchedule, rateFactor } from "../../src/training/schedule.ts";

Deno.test("complete hyperparameters hold all that departs from the default, with its numbers", () => {
  assert.equal(completeHyperparameters({}, true), undefined);
  assert.equal(
    completeHyperparameters({ optimizer: "adam", schedule: "constant" }, false),
    undefined,
  );
  assert.deepEqual(
    completeHyperparameters({
      optimizer: "sgd",
      schedule: "plateau:0.1",
      augment: ["noise", "flip-x", "rotate:30"],
    }, false),
    {
      optimizer: "sgd",
      momentum: 0.9,
      schedule: "plateau:0.1,2",
      augment: ["flip-x", "rotate:30", "noise:0.05"],
    },
  );
  assert.deepEqual(completeHyperparameters({ optimizer: "adamw" }, false), {
    optimizer: "adamw",
    weightDecay: 0.01,
  });
  assert.deepEqual(completeHyperparameters({ optimizer: "adamw", weightDecay: 0 }, false), {
    optimizer: "adamw",
  });
  const whole = { clip: 1, klWarmup: 3, freeBits: 0.25, weightDecay: 0.1 };
  assert.deepEqual(completeHyperparameters(whole, true), whole);
  // Complete once is complete for ever.
  const once = completeHyperparameters({ optimizer: "rmsprop", schedule: "exponential" }, false)!;
  assert.deepEqual(completeHyperparameters(once, false), once);
});

Deno.test("hyperparameters that cannot be are refused by the name of their flag", () => {
  for (
    const [hyperparameters, message] of [
      [{ momentum: 0.5 }, /--momentum .* --optimizer is adam/],
      [{ klWarmup: 3 }, /--kl-warmup .* no KL divergence/],
      [{ freeBits: 0.1 }, /--free-bits .* no KL divergence/],
      [{ schedule: "linear" }, /--schedule .* one of constant, .*: current value is "linear"/],
      [{ schedule: "cosine:3" }, /must be cosine alone/],
      [{ schedule: "plateau:2" }, /plateau with a factor that is a number above 0 and below 1/],
      [{ schedule: "plateau:0.5,1.5" }, /with a patience that is a whole number from 1 to /],
      [{ augment: ["flip"] }, /--augment .* one of flip-x, /],
      [
        { augment: ["flip-x", "flip-x"] },
        /must name flip-x once: current value is "flip-x,flip-x"/,
      ],
      [
        { augment: ["rotate:"] },
        /rotate with a maximum angle in degrees that is a number from 0 to 180/,
      ],
    ] as const
  ) {
    assert.throws(() => completeHyperparameters(hyperparameters, false), {
      code: "usage",
      message,
    });
  }
});

Deno.test("the length of a training is a setting only where the schedule follows it", () => {
  assert.deepEqual(hyperparameterSettings(undefined, 7), {});
  assert.deepEqual(hyperparameterSettings({ schedule: "exponential:0.9" }, 7), {
    "--schedule": "exponential:0.9",
  });
  assert.deepEqual(
    hyperparameterSettings({ schedule: "cosine", augment: ["flip-x", "noise:1"] }, 7),
    {
      "--schedule": "cosine",
      "--augment": "flip-x,noise:1",
      "--epochs": "7",
    },
  );
});

Deno.test("no schedule leaves (0, 1], however short the training", () => {
  for (const name of ["constant", "exponential", "cosine", "plateau", "one-cycle"]) {
    for (let steps = 1; steps < 12; steps++) {
      for (let step = 0; step < steps; step++) {
        const position = { step, steps, epoch: 1 + step, validationLosses: Array(step).fill(1) };
        const factor = rateFactor(parseSchedule(name), position);
        assert.ok(factor > 0 && factor <= 1, `${name}, step ${step} of ${steps}: ${factor}`);
      }
    }
  }
});
