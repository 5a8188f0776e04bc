import assert from "node:assert/strict";
import type { Entry } from "../../src/datasets/mod.ts";
import { GREATEST_SCORE, pValue } from "../../src/detection/calibration.ts";
import { Detector, trainDetector, type TrainOptions } from "../../src/detection/mod.ts";
import type { Image } from "../../src/images/mod.ts";
import { Random } from "../../src/random.ts";
import { decodeModel, encodeModel } from "../../src/store/mod.ts";
import { stepsFor } from "../models/_models.ts";
import { squares, stream } from "./_entries.ts";

const UNLEARNT = { backend: "wasm", seed: 1, version: "0.0.0" } as const;
const OPTIONS: TrainOptions = { ...UNLEARNT, architecture: "vae", epochs: 1, batch: 64 };

/** Noise of float32 samples up to a level. */
function noise(level: number, seed: number): Image {
  const random = new Random(seed);
  const data = Float32Array.from({ length: 64 }, () => level * random.uniform());
  return { width: 8, height: 8, channels: 1, data, white: 1 };
}

function noises(count: number, level: number): Entry[] {
  return Array.from({ length: count }, (_, i) => ({ path: `${i}`, image: noise(level, i) }));
}

// One step makes all weights infinite, which the loss before it cannot show.
for (const workers of [1, 2]) {
  Deno.test(`${workers} threads: a validation loss that is not finite ends the training`, async () => {
    const training = trainDetector(stream(squares(60)), {
      ...OPTIONS,
      workers,
      learningRate: 1e9,
    });
    await assert.rejects(training, {
      code: "value",
      message: /the validation loss must be finite: current value is NaN in epoch 1/,
      hint: /lower --lr/,
    });
  });
}

Deno.test("an image whose error float32 cannot hold is an anomaly, with a finite score", async () => {
  for (const architecture of ["vae", "dense", "pca"]) {
    const scale = { kind: "none" } as const;
    const { model } = await trainDetector(stream(noises(80, 1)), {
      ...UNLEARNT,
      ...stepsFor(architecture, OPTIONS),
      architecture,
      scale,
      score: "blurred_mse",
    });
    const detector = await Detector.open(model, { backend: "wasm" });
    const verdicts = await detector.detect([noise(1, 1000), noise(1e25, 1), noise(3e38, 2)]);
    for (const { score, p, anomaly } of verdicts.slice(1)) {
      assert.equal(score, GREATEST_SCORE);
      assert.equal(p, pValue(Float32Array.of(...model.calibrations.get(model.score)!), Infinity));
      assert.equal(anomaly, true);
    }
    assert.ok(verdicts[0]!.score < 1e3);
    detector.dispose();
  }
});

Deno.test("a model of images whose errors float32 cannot hold can be read", async () => {
  const image = (i: number) => ({ path: `${i}`, image: noise(0, i) });
  const entries = Array.from({ length: 40 }, (_, i) => image(i));
  for (const { image } of entries) (image.data as Float32Array).fill(1e30);
  const options = { ...OPTIONS, scale: { kind: "none" } as const };
  // Squared errors would be infinite in training already.
  const { model } = await trainDetector(stream(entries), { ...options, loss: "l1" });
  const read = decodeModel(encodeModel(model), "m");
  assert.ok(read.calibrations.get("blurred_mse")!.every((score) => score === GREATEST_SCORE));
  await assert.rejects(
    trainDetector(stream(noises(40, 1e30)), {
      ...UNLEARNT,
      architecture: "pca",
      scale: { kind: "none" },
    }),
    { code: "value", message: /principal components/, hint: /--scale/ },
  );
});

Deno.test("a model too large for its memory is refused before it is made", async () => {
  const entries = Array.from({ length: 6 }, (_, i) => ({
    path: `${i}`,
    image: { width: 1024, height: 1024, channels: 1, data: new Uint8Array(1 << 20), white: 255 },
  } satisfies Entry));
  await assert.rejects(trainDetector(stream(entries), { ...OPTIONS, architecture: "cae" }), {
    code: "too_large",
    message: /Cannot build "cae" as /,
    hint: /--size/,
  });
});

Deno.test("an interrupt after the last epoch has interrupted nothing", async () => {
  const controller = new AbortController();
  const { model, interrupted } = await trainDetector(stream(squares(60)), {
    ...OPTIONS,
    epochs: 2,
    calibrate: "split", // folds would be interrupted
    signal: controller.signal,
    onEpoch: ({ epoch }) => epoch === 2 ? controller.abort() : undefined,
  });
  assert.equal(interrupted, false);
  assert.equal(model.training.interrupted, false);
});

Deno.test("where all labels are held out, the error says which there are", async () => {
  await assert.rejects(trainDetector(stream(squares(20)), { ...OPTIONS, holdOut: ["square"] }), {
    code: "empty",
    hint: /the labels are square/,
  });
});
