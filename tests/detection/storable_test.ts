/** Values that a model file cannot hold are refused before training; a model that is written opens. */

import assert from "node:assert/strict";
import { trainDetector, type TrainOptions } from "../../src/detection/mod.ts";
import { MAX_COUNT } from "../../src/shape.ts";
import { decodeModel, encodeModel } from "../../src/store/mod.ts";
import { squares, stream } from "./_entries.ts";

const OPTIONS = { backend: "cpu", version: "0.0.0", epochs: 1 } as const;
const NOT_LEARNT = { ...OPTIONS, epochs: undefined };

Deno.test("values that no model file holds are refused before training, and named", async () => {
  const cases: [TrainOptions, RegExp][] = [
    [
      { ...NOT_LEARNT, architecture: "knn", keep: 1e9 },
      /its keep: expected <=16777216, .* 1000000000$/,
    ],
    [{ ...NOT_LEARNT, architecture: "knn", features: "pixels", keep: 1.5 }, /its keep: .* 1\.5$/],
    [{ ...NOT_LEARNT, architecture: "knn", blur: 1e4 }, /its blur: expected <=1000, .* 10000$/],
    [{ ...NOT_LEARNT, architecture: "knn", neighbours: 0 }, /its neighbours: /],
    [{ ...NOT_LEARNT, architecture: "pca", latent: 2.5 }, /its components: .* 2\.5$/],
    [{ ...OPTIONS, architecture: "vae", beta: Infinity }, /its beta: expected number, /],
    [{ ...OPTIONS, architecture: "rbm", gibbs: MAX_COUNT + 1 }, /its steps: expected <=16777216, /],
    [{ ...OPTIONS, architecture: "dense", patience: Infinity }, /its patience: expected number, /],
    [{ ...OPTIONS, architecture: "dense", learningRate: NaN }, /its learningRate: /],
    [{ ...OPTIONS, architecture: "dense", seed: 0.5 }, /its seed: .* 0\.5$/],
  ];
  for (const [options, message] of cases) {
    let started = false;
    const training = trainDetector(stream(squares(20)), {
      ...options,
      onStart: () => started = true,
    });
    await assert.rejects(training, { code: "usage", message });
    assert.equal(started, false);
  }
});

Deno.test("the largest values that are taken open again", async () => {
  const cases: TrainOptions[] = [
    { ...NOT_LEARNT, architecture: "knn", keep: MAX_COUNT },
    { ...NOT_LEARNT, architecture: "knn", blur: 1000, neighbours: 1000 },
    { ...OPTIONS, architecture: "mlp-vae", beta: 1e30, patience: Number.MAX_SAFE_INTEGER },
  ];
  for (const options of cases) {
    const { model } = await trainDetector(stream(squares(20)), { ...options, calibrate: "split" });
    assert.deepEqual(decodeModel(encodeModel(model), "m").spec, model.spec);
  }
});

Deno.test("a watched loss that float32 cannot hold does not spoil the model file", async () => {
  const normal = squares(30).map((entry) => {
    if ("error" in entry) throw entry.error;
    return {
      ...entry,
      image: { ...entry.image, data: Float32Array.from(entry.image.data), white: 1 },
    };
  });
  const [first] = normal;
  const data = new Float32Array(64).fill(1e30);
  const strange = { ...first!, label: "strange", image: { ...first!.image, data } };
  const { model } = await trainDetector(stream([...normal, strange]), {
    ...OPTIONS,
    ...{ architecture: "dense", scale: { kind: "none" }, normal: ["square"], watch: "strange" },
    calibrate: "split",
  });
  assert.ok(decodeModel(encodeModel(model), "m").history[0]!.watchedLoss! > 1e30);
});
