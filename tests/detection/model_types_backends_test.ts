/** Models other than autoencoders learn and score the same on every backend, and every time. */

import assert from "node:assert/strict";
import { type BackendName, openBackend, tf } from "../../src/compute/mod.ts";
import { trainDetector } from "../../src/detection/mod.ts";
import { writeModelInput } from "../../src/images/mod.ts";
import { classesOf, openModel, scoreNames } from "../../src/models/mod.ts";
import { encodeModel, type ModelFile } from "../../src/store/mod.ts";
import { OTHER_LEARNING_NAMES, OTHER_NAMES, stepsFor } from "../models/_models.ts";
import { DIGIT_OPTIONS, TEST, TRAIN, train } from "./_digit_models.ts";
import { stream } from "./_entries.ts";

const adapter = await navigator.gpu?.requestAdapter();
/** The backends that are compared with plain `cpu`. */
const BACKENDS: readonly BackendName[] = ["wasm", ...(adapter ? ["webgpu" as const] : [])];

/** Images of a short training. */
const SOME = TRAIN.slice(0, 300);

/** Images that are scored. */
const ENTRIES = TEST.slice(0, 12);

/** All scores of a model, one list per name. */
async function allScores({ spec, input, weights }: ModelFile, backend: BackendName) {
  await openBackend(backend);
  const size = input.width * input.height * input.channels;
  const values = new Float32Array(ENTRIES.length * size);
  ENTRIES.forEach(({ image }, i) => writeModelInput(image, input, values, i * size));
  const classes = Int32Array.from(ENTRIES, ({ label }) => classesOf(spec).indexOf(label));
  const model = await openModel(spec, weights);
  const scores = tf.tidy(() => {
    const x = tf.tensor4d(values, [ENTRIES.length, ...spec.inputShape]);
    return model.scores(scoreNames(spec), x, classes);
  });
  const read = await Promise.all(scores.map((score) => score.data()));
  tf.dispose(scores);
  model.dispose();
  return read;
}

for (const name of ["vae", ...OTHER_NAMES]) {
  Deno.test(`${name} gives one file for one seed, and all its scores on every backend`, async () => {
    // Float32 sums of some thousand terms in another order, through up to 10 layers.
    const TOLERANCE = 1e-4;
    const options = { ...stepsFor(name, { epochs: 2 }), calibrate: "cross:5" } as const;
    const model = await train(name, options, SOME), names = scoreNames(model.spec);
    assert.deepEqual(encodeModel(await train(name, options, SOME)), encodeModel(model));
    const wanted = await allScores(model, "cpu");
    assert.equal(wanted.length, names.length);
    for (const backend of BACKENDS) {
      for (const [i, scores] of (await allScores(model, backend)).entries()) {
        // A difference of two numbers of some ten nats, which round each.
        const least = names[i] === "input_complexity" ? 1 : 0.01;
        scores.forEach((value, j) => {
          const right = wanted[i]![j]!;
          const error = Math.abs(value - right) / Math.max(least, Math.abs(right));
          assert.ok(error <= TOLERANCE, `${names[i]} ${backend}: ${value} for ${right}`);
        });
      }
    }
  });
}

for (const architecture of OTHER_LEARNING_NAMES) {
  Deno.test(`${architecture} learns the same on every backend`, async () => {
    // Rounding of the first of two steps is multiplied by Adam, which divides by small numbers.
    const TOLERANCE = 2e-3;
    const lossesOn = async (backend: BackendName) => {
      const { model } = await trainDetector(stream(TRAIN.slice(0, 24)), {
        architecture,
        ...DIGIT_OPTIONS[architecture],
        backend,
        calibrate: "split",
        epochs: 1,
        batch: 8,
        learningRate: 1e-3,
        version: "0.0.0",
      });
      assert.equal(model.training.images.training, 15, "two steps");
      return model.history.flatMap(({ loss, validationLoss }) => [loss, validationLoss]);
    };
    const wanted = await lossesOn("cpu");
    for (const backend of BACKENDS) {
      const got = await lossesOn(backend);
      got.forEach((loss, i) => {
        const error = Math.abs(loss - wanted[i]!) / wanted[i]!;
        assert.ok(error <= TOLERANCE, `${backend}: ${loss} for ${wanted[i]}`);
      });
    }
  });
}
