/** Networks of random layers: either they are refused in words, or they run. */

import assert from "node:assert/strict";
import { enableGradients, openBackend, tf, valueAndGradients } from "../../src/compute/mod.ts";
import { StrayError } from "../../src/errors.ts";
import { Autoencoder } from "../../src/models/autoencoder/autoencoder.ts";
import { describeNetwork } from "../../src/models/autoencoder/describe.ts";
import { type Layer, parseNetworkFile } from "../../src/models/mod.ts";
import { Random } from "../../src/random.ts";
import { trainableOf } from "../../src/training/mod.ts";

const SHAPE = [8, 6, 2] as const;
const ACTIVATIONS = ["linear", "relu", "selu", "sigmoid", "tanh"] as const;

function randomLayer(random: Random): Layer {
  const small = (most: number) => 1 + random.integer(most);
  const activation = ACTIVATIONS[random.integer(5)]!;
  const convolution = {
    filters: small(4),
    kernel: small(4),
    stride: small(3),
    pad: random.uniform() < 0.5
      ? random.integer(3)
      : [random.integer(3), random.integer(3)] as const,
    bias: random.uniform() < 0.5,
    activation,
  };
  const layers: readonly Layer[] = [
    { type: "conv2d", ...convolution },
    { type: "conv2d", ...convolution },
    { type: "conv2dTranspose", ...convolution },
    { type: "dense", units: small(8), activation },
    { type: "batchNorm" },
    { type: "activation", activation },
    { type: "maxPool", size: 2 + random.integer(2) },
    { type: "lstm", units: small(4), sequences: random.uniform() < 0.5 },
    { type: "repeat", times: small(4) },
    { type: "gaussianNoise", deviation: random.uniform() },
    { type: "dropout", rate: random.uniform() * 0.9 },
    { type: "upsample", factor: 2 },
    { type: "reshape", shape: [48, 2] },
    { type: "reshape", shape: [96] },
  ];
  return layers[random.integer(layers.length)]!;
}

function randomLayers(random: Random): Layer[] {
  return Array.from({ length: 1 + random.integer(5) }, () => randomLayer(random));
}

Deno.test("a network of random layers is refused in words, or has its shapes and a gradient", async () => {
  await openBackend("wasm");
  await enableGradients();
  const random = new Random(8);
  const before = tf.memory().numTensors;
  let built = 0, refused = 0;
  const types = new Set<string>();
  while (built < 150) {
    const encoder = randomLayers(random);
    // An encoder that ends at a vector fits any image; others seldom do.
    const end: Layer[] = [
      { type: "dense", units: 96, activation: "linear" },
      { type: "reshape", shape: [...SHAPE] },
    ];
    const decoder = [...random.uniform() < 0.3 ? randomLayers(random) : [], ...end];
    const latent = random.uniform() < 0.3 ? 1 + random.integer(3) : 0;
    const text = JSON.stringify({ encoder, decoder, latent, loss: "bce" });
    let spec;
    try {
      spec = parseNetworkFile(text, "net.json").build({ inputShape: SHAPE });
    } catch (error) {
      assert.ok(error instanceof StrayError && error.code === "shape", `${text}: ${error}`);
      refused++;
      continue;
    }
    built++;
    for (const { layer } of describeNetwork(spec)) types.add(layer.type);
    const model = new Autoencoder(spec, random), trainable = trainableOf(model.parameters);
    const shape = [3, ...SHAPE];
    const x = tf.tensor(Float32Array.from({ length: 288 }, () => random.uniform()), shape);
    const draw = (shape: readonly number[]) => tf.fill([...shape], 0.4);
    const { value, gradients } = valueAndGradients(
      () => {
        const pass = { statistics: [], normal: draw, uniform: draw };
        const loss = tf.mean<tf.Scalar>(model.trainingLoss({ x }, pass));
        model.update(pass.statistics);
        return loss;
      },
      trainable,
    );
    assert.ok(Number.isFinite(value.dataSync()[0]), text);
    gradients.forEach((gradient, i) => assert.deepEqual(gradient.shape, trainable[i]!.shape));
    const reconstruction = tf.tidy(() => model.errors(x).reconstruction);
    assert.deepEqual(reconstruction.shape, shape, text);
    tf.dispose([x, value, reconstruction, ...gradients]);
    model.dispose();
  }
  assert.equal(tf.memory().numTensors, before);
  assert.equal(types.size, 12, `all types must occur: ${[...types]}`);
  assert.ok(refused > 50, `${refused} were refused`);
});
