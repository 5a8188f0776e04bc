/** A first layer that takes image and label apart gives what it gives of both side by side. */

import assert from "node:assert/strict";
import { openBackend, tf } from "../../src/compute/mod.ts";
import { LabelledLayer } from "../../src/models/cvae/labelled_layer.ts";
import type { Layer } from "../../src/models/mod.ts";
import { Network } from "../../src/models/network/network.ts";
import { Random } from "../../src/random.ts";

const CLASSES = ["a", "b", "c"], SHAPE = [5, 6, 2] as const, BATCH = 4;
/** Float32 sums of some dozens of terms of about 1 in another order. */
const TOLERANCE = 1e-5;

const conv = { type: "conv2d", filters: 3, kernel: 3, stride: 1, pad: 1, bias: false } as const;
const LAYERS: readonly Layer[] = [
  { ...conv, activation: "linear" },
  { ...conv, stride: 2, pad: [0, 2], bias: true, activation: "relu" },
  { ...conv, kernel: 5, pad: 0, bias: true, activation: "sigmoid" },
  { type: "dense", units: 7, activation: "relu" },
];

for (const layer of LAYERS) {
  Deno.test(`image and label apart are as good as side by side: ${JSON.stringify(layer)}`, async () => {
    await openBackend("wasm");
    const before = tf.memory().numTensors;
    const random = new Random(3), [height, width, channels] = SHAPE;
    const size = height * width * channels, row = layer.type === "dense";
    const shape = row ? [size + 3] : [height, width, channels + 3];
    const chain = { prefix: "encoder", layers: [layer], inputShape: shape };
    const network = new Network(chain, random);
    const bias = network.parameters.find(({ name }) => name.endsWith("/bias"))?.value;
    if (bias) tf.tidy(() => bias.assign(tf.fill(bias.shape, 0.5)));
    const spec = { name: "test", inputShape: SHAPE, classes: CLASSES, encoder: [layer] };
    const error = tf.tidy(() => {
      const values = Float32Array.from({ length: BATCH * size }, () => random.uniform());
      const x = tf.tensor4d(values, [BATCH, ...SHAPE]);
      const label = tf.cast(tf.oneHot(tf.tensor1d([2, 0, 1, 1], "int32"), 3), "float32");
      const maps = tf.tile(tf.reshape(label, [BATCH, 1, 1, 3]), [1, height, width, 1]);
      const both = row
        ? tf.concat([tf.reshape(x, [BATCH, -1]), label], 1)
        : tf.concat([x, maps], 3);
      const first = new LabelledLayer(spec, network.parameters);
      return tf.max(tf.abs(tf.sub(network.apply(both), first.with(first.image(x), label))));
    });
    assert.ok((await error.data())[0]! < TOLERANCE, `off by ${(await error.data())[0]}`);
    error.dispose();
    network.dispose();
    assert.equal(tf.memory().numTensors, before, "tensors must be freed");
  });
}

Deno.test("a first layer that is neither a convolution nor dense is refused, and named", () => {
  const spec = {
    name: "mine",
    inputShape: SHAPE,
    classes: CLASSES,
    encoder: [{ type: "batchNorm" }] as const,
  };
  assert.throws(() => new LabelledLayer(spec, []), {
    name: "TypeError",
    message: 'Cannot build "mine" as its encoder must begin with conv2d or dense: ' +
      "current layer is batchNorm",
  });
});
