import assert from "node:assert/strict";
import { openBackend, tf } from "../../src/compute/mod.ts";
import { enableGradients } from "../../src/compute/gradients.ts";
import { Random } from "../../src/random.ts";
import type { Tensor, Tensor2D, Tensor4D } from "../../src/compute/mod.ts";

/** Maximum error over maximum value: float32 sums of up to a thousand terms in another order. */
const TOLERANCE = 2e-6;
const SHAPES = 60;

function normal(shape: number[], random: Random): Tensor {
  const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
  for (let i = 0; i < values.length; i++) values[i] = random.normal();
  return tf.tensor(values, shape);
}

/** Convolutions with gradients, and products with all transpositions, for random shapes. */
async function results(backend: "cpu" | "wasm"): Promise<Float32Array[]> {
  await openBackend(backend);
  await enableGradients();
  const random = new Random(1);
  const size = (below: number) => 1 + random.integer(below);
  const outputs: Float32Array[] = [];
  for (let i = 0; i < SHAPES; i++) {
    const [n, h, w, c] = [size(4), 3 + size(11), 3 + size(11), size(9)];
    const [kh, kw, f, stride] = [size(4), size(4), size(18), size(3)];
    const pad = Math.min(1, kh - 1, kw - 1);
    tf.tidy(() => {
      const convolve = (x: Tensor, k: Tensor) =>
        tf.conv2d(x as Tensor4D, k as Tensor4D, stride, pad, "NHWC", 1, "floor");
      const x = normal([n, h, w, c], random), k = normal([kh, kw, c, f], random);
      const y = convolve(x, k);
      const gradients = tf.grads(convolve)([x, k], normal(y.shape, random));
      const a = normal([n * h, w * c], random) as Tensor2D;
      const b = normal([f * 3, w * c], random) as Tensor2D;
      const product = tf.matMul(a, b, false, true);
      const products = [
        product,
        tf.matMul(product, b),
        tf.matMul(product, a, true, false),
        tf.matMul(b, product, true, true),
      ];
      for (const tensor of [y, ...gradients, ...products]) {
        outputs.push(Float32Array.from(tensor.dataSync()));
      }
    });
  }
  return outputs;
}

Deno.test("convolutions, their gradients and products on wasm agree with plain cpu", async () => {
  const wanted = await results("cpu"), got = await results("wasm");
  assert.equal(got.length, wanted.length);
  wanted.forEach((values, i) => {
    let difference = 0, scale = 0;
    values.forEach((value, j) => {
      difference = Math.max(difference, Math.abs(value - got[i]![j]!));
      scale = Math.max(scale, Math.abs(value));
    });
    assert.ok(difference <= TOLERANCE * scale, `output ${i}: ${difference} of ${scale}`);
  });
});

Deno.test("the committed kernels match the committed sources", async () => {
  const { generatedFile, generateKernels, KERNEL_MODULES } = await import(
    "../../src/compute/kernels/build.ts"
  );
  for (const module of KERNEL_MODULES) {
    const committed = await Deno.readTextFile(generatedFile(module.folder));
    assert.equal(await generateKernels(module), committed, module.folder.pathname);
  }
});
