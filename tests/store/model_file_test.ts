import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { encodeSpec, MODELS, type ModelSpec, modelTypeOf } from "../../src/models/mod.ts";
import { sizeOf } from "../../src/shape.ts";
import {
  decodeModel,
  decodeSafetensors,
  encodeModel,
  encodeSafetensors,
  type ModelFile,
  modelId,
} from "../../src/store/mod.ts";

/** A dense autoencoder of few units, so that its file is short. */
const SPEC: ModelSpec = JSON.parse(
  JSON.stringify(MODELS.dense.build({ inputShape: [2, 2, 1] }))
    .replace(/"units":(\d+)/g, (found, units) => Number(units) > 4 ? '"units":1' : found),
);

const MODEL: ModelFile = {
  spec: SPEC,
  input: {
    width: 2,
    height: 2,
    channels: 1,
    fit: "stretch",
    scale: { kind: "range", low: -1, high: 5.5 },
    resizes: false,
    converts: true,
  },
  labels: ["a", "b"],
  training: {
    epochs: 3,
    batch: 2,
    learningRate: 0.001,
    patience: 1,
    seed: 7,
    backend: "cpu",
    images: { training: 5, validation: 1, calibration: 2 },
    bestEpoch: 1,
    interrupted: false,
    fingerprint: "sha256:0",
  },
  history: [{ epoch: 1, loss: 0.5, validationLoss: 0.25 }],
  version: "0.0.0",
  score: "mse",
  calibrations: new Map([["mse", Float32Array.of(0.5, 0.5, 1)]]),
  weights: new Map(
    modelTypeOf(SPEC).learning!.parameters(SPEC).map(({ name, shape }) => [
      name,
      { shape, data: Float32Array.from({ length: sizeOf(shape) }, (_, i) => i - 0.5) },
    ]),
  ),
};

/** The file of a model with one of its metadata replaced, its checksum made good again. */
function tampered(key: string, value: string): Uint8Array {
  const { tensors, metadata } = decodeSafetensors(encodeModel(MODEL), "m");
  const blank = "0".repeat(64);
  const bytes = encodeSafetensors({
    tensors,
    metadata: { ...metadata, [key]: value, checksum: blank },
  });
  const digest = createHash("sha256").update(bytes).digest("hex");
  const text = new TextDecoder("latin1").decode(bytes);
  bytes.set(new TextEncoder().encode(digest), text.indexOf(blank));
  return bytes;
}

Deno.test("a model comes back as it was, and equal models are equal bytes", () => {
  const bytes = encodeModel(MODEL);
  assert.deepEqual(decodeModel(bytes, "m"), MODEL);
  assert.deepEqual(encodeModel(decodeModel(bytes, "m")), bytes);
});

Deno.test("a model with hyperparameters, read and written again, is the same bytes", () => {
  const { epochs, batch, learningRate, ...rest } = MODEL.training;
  const hyperparameters = { clip: 1, schedule: "cosine" };
  const training = { epochs, batch, learningRate, hyperparameters, ...rest };
  const bytes = encodeModel({ ...MODEL, training });
  const read = decodeModel(bytes, "m");
  assert.deepEqual(read.training, training);
  assert.deepEqual(encodeModel(read), bytes);
});

Deno.test("a model file changed in any one byte is refused by name", () => {
  const bytes = encodeModel(MODEL);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i]! ^= 1;
    assert.throws(() => decodeModel(bytes, "a.model"), {
      name: "StrayError",
      message: /"a\.model"/,
    });
    bytes[i]! ^= 1;
  }
  decodeModel(bytes, "a.model");
});

Deno.test("a model file cut anywhere is refused", () => {
  const bytes = encodeModel(MODEL);
  for (let length = 0; length < bytes.length; length++) {
    assert.throws(() => decodeModel(bytes.subarray(0, length), "m"), { code: "model" });
  }
});

Deno.test("a model file that is whole but makes no sense is refused, and where is said", () => {
  decodeModel(tampered("version", "9"), "m");
  const cases: [string, string, RegExp][] = [
    ["format", "other", /format must be "stray model 1": current value is "other"/],
    ["architecture", "{", /"architecture" must be JSON/],
    ["architecture", JSON.stringify({ ...MODEL.spec, latent: -1 }), /"architecture\.latent"/],
    ["architecture", JSON.stringify({ ...MODEL.spec, encoder: [{ type: "x" }] }), /encoder\.0/],
    ["input", JSON.stringify({ ...MODEL.input, channels: 2 }), /"input\.channels"/],
    ["training", JSON.stringify({ ...MODEL.training, batch: "2" }), /"training\.batch"/],
    ["training", JSON.stringify({ ...MODEL.training, recipe: { clip: 0 } }), /recipe\.clip/],
    ["input", JSON.stringify({ ...MODEL.input, height: 3 }), /input must be \[2,2,1\]/],
    [
      "architecture",
      encodeSpec(MODEL.spec).replace('"units":1', '"units":9'),
      /the shape of its weight "encoder\/1_dense\/kernel" must be \[4,9\]: current .* \[4,1\]/,
    ],
    ["labels", "3", /"labels"/],
    ["score", "negative_elbo", /no "calibration\/negative_elbo"/],
  ];
  for (const [key, value, message] of cases) {
    assert.throws(() => decodeModel(tampered(key, value), "m"), { code: "model", message });
  }
});

Deno.test("a safetensors file of someone else is refused by its format", () => {
  const bytes = encodeSafetensors({ tensors: new Map(), metadata: {} });
  assert.throws(() => decodeModel(bytes, "m"), { message: /format must be .* missing/ });
});

Deno.test("a model's identity is what sha256sum prints", () => {
  const abc = new TextEncoder().encode("abc");
  const known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  assert.equal(modelId(abc), `sha256:${known}`);
});
