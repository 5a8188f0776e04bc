import assert from "node:assert/strict";
import {
  enableGradients,
  openBackend,
  scaled,
  sumAndGradients,
  tf,
} from "../../src/compute/mod.ts";
import type { Layer } from "../../src/models/mod.ts";
import { Network } from "../../src/models/network/network.ts";
import { Random } from "../../src/random.ts";

/** Every layer, smooth ones where a layer has an activation, with the shape that goes in. */
const LAYERS: readonly [string, Layer, readonly number[]][] = [
  [
    "conv2d",
    { type: "conv2d", filters: 3, kernel: 3, stride: 2, pad: 1, bias: true, activation: "tanh" },
    [5, 6, 2],
  ],
  ["conv2dTranspose", {
    type: "conv2dTranspose",
    filters: 2,
    kernel: 4,
    stride: 2,
    pad: 1,
    bias: true,
    activation: "sigmoid",
  }, [3, 4, 3]],
  ["dense", { type: "dense", units: 4, activation: "selu" }, [7]],
  ["batchNorm", { type: "batchNorm" }, [3, 3, 2]],
  ["batchNorm, mean not 0", { type: "batchNorm" }, [2, 2, 5]],
  ["batchNorm of vectors", { type: "batchNorm" }, [5]],
  ["activation", { type: "activation", activation: "sigmoid" }, [6]],
  ["upsample", { type: "upsample", factor: 2 }, [3, 4, 2]],
  ["upsample by 3", { type: "upsample", factor: 3 }, [2, 5, 1]],
  ["maxPool", { type: "maxPool", size: 2 }, [5, 4, 5]],
  ["lstm, all outputs", { type: "lstm", units: 5, sequences: true }, [4, 3]],
  ["lstm, last output", { type: "lstm", units: 4, sequences: false }, [3, 2]],
  ["repeat", { type: "repeat", times: 3 }, [4]],
  ["dense over time", { type: "dense", units: 3, activation: "sigmoid" }, [4, 5]],
  ["dropout", { type: "dropout", rate: 0.5 }, [6]],
  ["gaussianNoise", { type: "gaussianNoise", deviation: 0.2 }, [6]],
  ["conv2dTranspose, uneven padding", {
    type: "conv2dTranspose",
    filters: 2,
    kernel: 3,
    stride: 2,
    pad: [0, 1],
    bias: true,
    activation: "tanh",
  }, [3, 4, 3]],
  ["reshape", { type: "reshape", shape: [6] }, [2, 3]],
];

const BATCH = 4;
const STEP = 1e-2;
/** Central differences of float32 values with a step of 0.01: rounding and the third derivative. */
const TOLERANCE = 5e-3;

for (const backend of ["cpu", "wasm"] as const) {
  for (const [name, layer, shape] of LAYERS) {
    Deno.test(`${backend}: the gradient of ${name} is that of finite differences`, async () => {
      await openBackend(backend);
      await enableGradients();
      const random = new Random(11);
      const network = new Network({ prefix: "n", layers: [layer], inputShape: shape }, random);
      const size = BATCH * shape.reduce((a, b) => a * b, 1);
      const x = Float32Array.from({ length: size }, () => random.normal());
      const probe = Float32Array.from(
        { length: BATCH * network.outputShape.reduce((a, b) => a * b, 1) },
        () => random.normal(),
      );
      // A weighted sum of the output, as training sees it.
      const weighted = (input: tf.Tensor): tf.Tensor => {
        const y = network.apply(input, {
          statistics: [],
          normal: (shape) => tf.zeros([...shape]),
          uniform: (shape) => tf.fill([...shape], 0.7),
        });
        return scaled(y, tf.tensor(probe, y.shape));
      };
      const loss = (input: tf.Tensor): tf.Scalar => tf.sum(weighted(input));
      const at = (values: Float32Array) =>
        tf.tidy(() => loss(tf.tensor(values, [BATCH, ...shape])).dataSync()[0]!);
      const byTfjs = tf.tidy(() =>
        Float32Array.from(
          tf.grad((input) => loss(input))(tf.tensor(x, [BATCH, ...shape])).dataSync(),
        )
      );
      const input = tf.variable(tf.tensor(x, [BATCH, ...shape]));
      const byOurs = network.traceable &&
        sumAndGradients(() => weighted(input), 1, [input]).gradients[0]!.dataSync<"float32">();
      for (const got of byOurs ? [byTfjs, byOurs] : [byTfjs]) {
        const scale = Math.max(...got.map(Math.abs));
        for (let i = 0; i < size; i += 1 + (size >> 5)) {
          const high = at(x.with(i, x[i]! + STEP)), low = at(x.with(i, x[i]! - STEP));
          const off = Math.abs(got[i]! - (high - low) / (2 * STEP));
          assert.ok(off <= TOLERANCE * scale, `input ${i}: off by ${off} of ${scale}`);
        }
      }
      input.dispose();
      network.dispose();
    });
  }
}
