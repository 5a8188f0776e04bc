import assert from "node:assert/strict";
import { tf } from "../../src/compute/mod.ts";
import { trainDetector, type TrainOptions } from "../../src/detection/mod.ts";
import { encodeModel } from "../../src/store/mod.ts";
import type { Entry } from "../../src/datasets/mod.ts";
import { squares, stream } from "../detection/_entries.ts";

const OPTIONS: TrainOptions = {
  architecture: "vae",
  backend: "wasm",
  // Folds would train each model six times.
  calibrate: "split",
  workers: 2,
  epochs: 4,
  batch: 16,
  learningRate: 3e-3,
  seed: 1,
  version: "0.0.0",
};

const train = (options: Partial<TrainOptions> = {}, entries: Entry[] = squares(60)) =>
  trainDetector(stream(entries), { ...OPTIONS, ...options });

/** `cae` has dense layers that are split over threads. */
for (const architecture of ["vae", "cae"]) {
  Deno.test(`2 threads, ${architecture}: one seed gives one file, which is that of a resumed training`, async () => {
    await resumes(architecture);
  });
}

async function resumes(architecture: string): Promise<void> {
  const checkpoints: Uint8Array[] = [], threads: number[] = [];
  const whole = encodeModel(
    (await train({
      architecture,
      onStart: (start) => void threads.push(start.threads),
      onEpoch: async (_, checkpoint) => void checkpoints.push(await checkpoint()),
    })).model,
  );
  assert.deepEqual(threads, [2]);
  assert.deepEqual(encodeModel((await train({ architecture })).model), whole);
  for (const bytes of checkpoints) {
    const { model } = await train({ architecture, resume: { bytes, name: "c" } });
    assert.deepEqual(encodeModel(model), whole);
  }
  // A checkpoint says nothing of threads: others can go on from it.
  const resume = { bytes: checkpoints[1]!, name: "c" };
  const { model } = await train({ architecture, workers: 1, resume });
  assert.equal(model.history.length, 4);
}

Deno.test("1, 2 and 3 threads decide the same and calibrate the same", async () => {
  // Sums of float32 in another order, through some steps.
  const TOLERANCE = 1e-4;
  const entries = squares(120), calibrate = "split";
  const one = (await train({ workers: 1, calibrate }, entries)).model;
  for (const workers of [2, 3]) {
    const { model } = await train({ workers, calibrate }, entries);
    assert.equal(model.training.bestEpoch, one.training.bestEpoch);
    for (const [name, scores] of model.calibrations) {
      const wanted = one.calibrations.get(name)!;
      scores.forEach((score, i) => {
        const error = Math.abs(score - wanted[i]!) / Math.abs(wanted[i]!);
        assert.ok(error < TOLERANCE, `${name} ${i}: ${score} is not ${wanted[i]}`);
      });
    }
  }
});

Deno.test("2 threads: an interrupted training gives the model so far", async () => {
  const controller = new AbortController();
  const { model, interrupted } = await train({
    signal: controller.signal,
    calibrate: "split",
    epochs: 100,
    patience: 100,
    onEpoch: ({ epoch }) => epoch === 2 ? controller.abort() : undefined,
  });
  assert.equal(interrupted, true);
  assert.equal(model.history.length, 2);
  assert.ok([...model.calibrations.values()][0]!.length > 0);
});

Deno.test("2 threads: a loss that is not finite is said as on one", async () => {
  const before = tf.memory().numTensors;
  for (const workers of [1, 2]) {
    await assert.rejects(train({ workers, learningRate: 1e30 }), {
      name: "StrayError",
      code: "value",
      message: /the loss must be finite: current value is/,
      hint: /lower --lr/,
    });
  }
  assert.equal(tf.memory().numTensors, before);
});

Deno.test("2 threads: an error of the caller's own ends the training", async () => {
  const failed = new Error("disk full");
  await assert.rejects(train({ onEpoch: () => Promise.reject(failed) }), failed);
});

Deno.test("a small job stays in this thread, others take all", async () => {
  const threads: number[] = [];
  const onStart = (start: { threads: number }) => void threads.push(start.threads);
  await train({ workers: undefined, onStart });
  await train({ workers: 64, epochs: 1, calibrate: "split", onStart }, squares(100));
  await train({ workers: 2, backend: "cpu", epochs: 1, onStart }, squares(30));
  assert.deepEqual(threads, [1, 14, 1]);
});
