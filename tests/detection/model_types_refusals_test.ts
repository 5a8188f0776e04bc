/** Options that a model has no use for, and files that are none of its type, are refused. */

import assert from "node:assert/strict";
import { Detector, type TrainOptions } from "../../src/detection/mod.ts";
import { encodeModel, type ModelFile } from "../../src/store/mod.ts";
import { train } from "./_digit_models.ts";

const BAD: readonly [string, string, Partial<TrainOptions>, object][] = [
  ["a classifier of one label", "resnet", { holdOut: undefined, normal: ["1"] }, { code: "label" }],
  ["images of one label", "open-set", { holdOut: undefined, normal: ["1"] }, {
    code: "label",
    message: 'Cannot train "open-set" as all images must have labels, at least 2 different ones: ' +
      "current number is 1",
  }],
  ["images without room for edges", "open-set", { size: { width: 3, height: 9 } }, {
    code: "shape",
    hint: "take --model resnet",
  }],
  ["a checkpoint", "pca", { resume: { bytes: new Uint8Array(0), name: "c" } }, { code: "usage" }],
  ["a number of neighbours", "rbm", { neighbours: 3 }, { code: "usage", message: /--neighbours/ }],
  ["steps of sampling", "vae", { gibbs: 3 }, {
    code: "usage",
    message: /^Cannot use --gibbs as only --model rbm takes it$/,
  }],
  ["a schedule", "knn", { hyperparameters: { schedule: "cosine" } }, {
    code: "usage",
    message: /schedule/,
  }],
  ["augmentation", "pca", { hyperparameters: { augment: ["flip-x"] } }, {
    code: "usage",
    message: /augment/,
  }],
  ["free bits", "rbm", { hyperparameters: { freeBits: 1 } }, {
    code: "usage",
    message: /--free-bits/,
  }],
  ["an image to watch", "resnet", { watch: "1" }, { code: "usage", message: /--watch/ }],
  ["a score of another model", "knn", { score: "blurred_mse" }, {
    code: "usage",
    message: /plane, whole/,
  }],
];

for (const [what, name, options, error] of BAD) {
  Deno.test(`training ${name} refuses ${what}`, async () => {
    await assert.rejects(train(name, options), error);
  });
}

Deno.test("a model file that is not what its type needs is refused, and why is said", async () => {
  const model = await train("knn", { features: "pixels" });
  const cvae = await train("cvae-dense", { epochs: 1 });
  const reopen = (model: ModelFile) =>
    Detector.open(encodeModel(model), { backend: "wasm", name: "m" });
  const cases: [ModelFile, RegExp][] = [
    [{ ...model, weights: new Map() }, /"m" as weight "images" is missing/],
    [{ ...model, spec: { ...model.spec, neighbours: 0 } as typeof model.spec }, /architecture\.n/],
    [{ ...(await train("knn")), weights: model.weights }, /"m" as weight "mean" is missing/],
    [{ ...model, spec: { ...model.spec, kind: "svm" } as unknown as typeof model.spec }, /kind/],
    [
      { ...cvae, spec: { ...cvae.spec, decoder: [] } as typeof model.spec },
      /the decoder must end at/,
    ],
    [{ ...cvae, weights: new Map([...cvae.weights].slice(1)) }, /is missing/],
  ];
  for (const [file, message] of cases) {
    await assert.rejects(reopen(file), { code: "model", message });
  }
});

Deno.test("a label-conditioned model of one label trains and scores", async () => {
  const model = await train("cvae-dense", { epochs: 1, holdOut: undefined, normal: ["1"] });
  const detector = await Detector.open(encodeModel(model), { backend: "wasm" });
  const [score] = await detector.scores(new Float32Array(detector.inputSize), 1);
  assert.ok(Number.isFinite(score));
  detector.dispose();
});

Deno.test("neighbours by pixels have neither latents nor reconstructions, and that is said", async () => {
  const model = await train("knn", { features: "pixels" });
  const detector = await Detector.open(model, { backend: "wasm" });
  const batch = new Float32Array(detector.inputSize);
  await assert.rejects(detector.encode(batch, 1), { code: "usage", message: /latents/ });
  await assert.rejects(detector.reconstruct(batch, 1), { code: "usage" });
  await assert.rejects(detector.decode(batch, 0), { code: "usage", message: /a decoder/ });
  detector.dispose();
});
