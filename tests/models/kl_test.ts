import assert from "node:assert/strict";
import { enableGradients, openBackend, sampleGaussian, tf } from "../../src/compute/mod.ts";
import { trainingKl } from "../../src/models/network/kl.ts";
import type { KlOptions } from "../../src/training/mod.ts";

/** Three images, two units: mean, mean, log-variance, log-variance. */
const MOMENTS = [[0.1, 2, 0, 0.3], [-0.2, 1, 0.1, -1], [0, -1.5, -0.1, 0]];

/** Divergences of each image by unit, by the formula. */
const UNITS = MOMENTS.map(([m0, m1, v0, v1]) => [
  (m0! ** 2 + Math.exp(v0!) - v0! - 1) / 2,
  (m1! ** 2 + Math.exp(v1!) - v1! - 1) / 2,
]);

/** The term of each image, and the gradient of their sum. */
async function run(options: KlOptions, moments = MOMENTS) {
  await openBackend("wasm");
  await enableGradients();
  return tf.tidy(() => {
    const term = (values: tf.Tensor) =>
      trainingKl(values, sampleGaussian(values, tf.zeros([moments.length, 2])).kl, options);
    const at = tf.tensor2d(moments);
    const gradient = tf.grad((values: tf.Tensor) => tf.sum(term(values)))(at);
    return { kl: [...term(at).dataSync()], gradient: [...gradient.dataSync()] };
  });
}

function close(got: readonly number[], wanted: readonly number[]): void {
  assert.equal(got.length, wanted.length);
  got.forEach((value, i) =>
    assert.ok(Math.abs(value - wanted[i]!) < 1e-6, `${got}, not ${wanted}`)
  );
}

Deno.test("without options the KL term is the divergence; a warm-up weighs it", async () => {
  const plain = await run({});
  close(plain.kl, UNITS.map(([a, b]) => a! + b!));
  const half = await run({ klWeight: 0.5 });
  close(half.kl, plain.kl.map((value) => value / 2));
  close(half.gradient, plain.gradient.map((value) => value / 2));
  close((await run({ klWeight: 0 })).gradient, plain.gradient.map(() => 0));
});

Deno.test("a unit below its free bits costs them and has no gradient", async () => {
  // The first unit's mean over the batch is about 0.01, the second's about 1.
  const plain = await run({});
  const { kl, gradient } = await run({ freeBits: 0.2 });
  close(kl, UNITS.map(([, b]) => 0.2 + b!));
  close(gradient, plain.gradient.map((value, i) => i % 2 === 0 ? 0 : value));
  // The mean over the batch is what counts, not that of an image.
  assert.ok(UNITS[1]![1]! < 0.8 && UNITS.reduce((sum, [, b]) => sum + b!, 0) / 3 > 0.8);
  close((await run({ freeBits: 0.8 })).kl, UNITS.map(([, b]) => 0.8 + b!));
  close((await run({ freeBits: 5 })).kl, [10, 10, 10]);
  close((await run({ freeBits: 5, klWeight: 0.1 })).kl, [1, 1, 1]);
});

Deno.test("free bits are of the whole batch, however many threads share it", async () => {
  const whole = await run({ freeBits: 0.8 });
  const total = [0, 1].map((unit) => UNITS.reduce((sum, image) => sum + image[unit]!, 0));
  // One member has the second image only, which alone would be below.
  const reduce = (sums: Float32Array) => {
    assert.equal(sums.length, 3);
    assert.equal(sums[2], 1);
    sums.set([...total, 3]);
  };
  const { kl, gradient } = await run({ freeBits: 0.8, reduce }, [MOMENTS[1]!]);
  close(kl, [whole.kl[1]!]);
  close(gradient, whole.gradient.slice(4, 8));
});
