/** The directions of edges, against another implementation and by their properties. */

import assert from "node:assert/strict";
import { openBackend, type Tensor, tf } from "../../src/compute/mod.ts";
import { orientedSize } from "../../src/models/knn/oriented.ts";
import { orientedFeatures } from "../../src/models/knn/oriented_features.ts";
// Computed with PyTorch 1.13 by a program of its own, from images with a black border.
import golden from "./oriented_golden.json" with { type: "json" };

const SIDE = 20;

function features(x: Tensor): Float32Array {
  return tf.tidy(() => orientedFeatures(x).dataSync<"float32">().slice());
}

for (const backend of ["wasm", "cpu"] as const) {
  Deno.test(`${backend}: directions of edges equal those of another implementation`, async () => {
    await openBackend(backend);
    const x = tf.tensor4d(golden.images.flat(), [golden.images.length, SIDE, SIDE, 1]);
    const got = features(x);
    assert.equal(got.length, golden.images.length * orientedSize([SIDE, SIDE, 1]));
    golden.features.flat().forEach((value, i) => {
      assert.ok(Math.abs(value - got[i]!) < 2e-5, `value ${i}: ${got[i]}, not ${value}`);
    });
    x.dispose();
  });
}

Deno.test("brightness and contrast change no direction, and a flat image has none", async () => {
  await openBackend("wasm");
  const inner = tf.randomUniform([2, 20, 20, 3], 0, 1, "float32", 4);
  const x = tf.pad(inner, [[0, 0], [6, 6], [6, 6], [0, 0]]);
  const half = features(tf.mul(x, 0.5)), whole = features(x);
  whole.forEach((value, i) => assert.ok(Math.abs(value - half[i]!) < 1e-5));
  const length = Math.hypot(...whole.subarray(0, whole.length / 2));
  assert.ok(Math.abs(length - 1) < 1e-5);
  assert.ok(features(tf.zeros([1, 9, 11, 1])).every((value) => value === 0));
});

Deno.test("images of every size and number of channels have as many numbers as said", async () => {
  await openBackend("wasm");
  for (
    const shape of [[4, 4, 1], [8, 13, 3], [28, 28, 1], [55, 30, 1], [64, 64, 3], [150, 101, 1]]
  ) {
    const [height, width, channels] = shape as [number, number, number];
    const got = features(tf.ones([2, height, width, channels]));
    assert.equal(got.length, 2 * orientedSize([height, width, channels]), `${shape}`);
    assert.ok(got.every(Number.isFinite));
  }
});
