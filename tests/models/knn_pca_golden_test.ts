/** Nearest neighbours and principal components give scikit-learn's numbers. */

import assert from "node:assert/strict";
import { openBackend, tf } from "../../src/compute/mod.ts";
import { gaussianBlur } from "../../src/models/knn/gaussian_blur.ts";
import { KNN_IMPLEMENTATION } from "../../src/models/knn/implementation.ts";
import type { Metric } from "../../src/models/mod.ts";
import { Pca } from "../../src/models/pca/pca.ts";
import { principalComponents } from "../../src/models/pca/principal_components.ts";
import { Random } from "../../src/random.ts";
import { symmetricEigen } from "../../src/symmetric_eigen.ts";
import { ImageSet } from "../../src/training/mod.ts";
import golden from "./knn_pca_golden.json" with { type: "json" };

const SHAPE = [5, 6, 1] as const;
/** Float32 of values around 1; a Euclidean distance is a root of a difference of such. */
const TOLERANCE = 1e-5;

const noAdapter = await navigator.gpu?.requestAdapter() ? false : "no WebGPU adapter";

function numbers(text: string): number[] {
  return text.split(" ").map(Number);
}

function images(text: string): tf.Tensor {
  const values = numbers(text);
  return tf.tensor4d(values, [values.length / 30, ...SHAPE]);
}

/** The training images, all of which are kept. */
function trainingData() {
  const values = Float32Array.from(numbers(golden.train)), set = new ImageSet(SHAPE);
  for (let from = 0; from < values.length; from += 30) set.add(values.subarray(from, from + 30));
  const none = new Uint32Array(0), training = Uint32Array.from({ length: set.count }, (_, i) => i);
  const split = { training, validation: none, calibration: none };
  return { images: set, classes: new Int32Array(set.count).fill(-1), split };
}

/** Settings of a training that has no steps. */
const NOT_LEARNT = { epochs: 0, batch: 1, learningRate: 0, patience: 0, random: new Random(0) };

function close(got: ArrayLike<number>, text: string, what: string) {
  const wanted = numbers(text);
  assert.equal(got.length, wanted.length, what);
  wanted.forEach((value, i) => {
    const error = Math.abs(got[i]! - value) / Math.max(1, Math.abs(value));
    assert.ok(error <= TOLERANCE, `${what}, ${i}: ${got[i]} against ${value}`);
  });
}

for (const backend of ["cpu", "wasm", "webgpu"] as const) {
  Deno.test({
    ...{ ignore: backend === "webgpu" && noAdapter !== false, sanitizeResources: false },
    name: `${backend}: an image that is kept is at a distance of 0`,
    fn: async () => {
      await openBackend(backend);
      for (const side of [3, 28, 64]) {
        const random = new Random(side), count = 12, shape = [side, side, 1] as const;
        const set = new ImageSet(shape);
        const values = Float32Array.from({ length: count * side * side }, () => random.uniform());
        for (let i = 0; i < count; i++) {
          set.add(values.subarray(i * side * side, (i + 1) * side * side));
        }
        const none = new Uint32Array(0),
          training = Uint32Array.from({ length: count }, (_, i) => i);
        const split = { training, validation: none, calibration: none };
        for (const metric of ["cosine", "euclidean"] as const) {
          for (const blur of [0, 1]) {
            const spec = {
              kind: "knn",
              name: "knn",
              inputShape: shape,
              neighbours: 1,
              metric,
              blur,
            } as const;
            const data = { images: set, classes: new Int32Array(count), split };
            const { model } = await KNN_IMPLEMENTATION.fit(spec, data, NOT_LEARNT);
            const x = tf.tensor4d(values, [count, ...shape]);
            const [scores] = tf.tidy(() => model.scores(["distance"], x));
            assert.deepEqual(
              [...await scores!.data()],
              Array(count).fill(0),
              `${metric} ${blur} ${side}`,
            );
            const near = tf.tidy(() =>
              model.scores(["distance"], tf.mul(x, tf.sub(1, tf.mul(x, 0.1))))[0]!
            );
            for (const value of await near.data()) assert.ok(value > 0, `${value}`);
            tf.dispose([x, scores!, near]);
            model.dispose();
          }
        }
      }
    },
  });

  const skipped = backend === "webgpu" && noAdapter;
  const options = { ignore: skipped !== false, sanitizeResources: false } as const;
  const why = skipped ? ` (skipped: ${skipped})` : "";

  Deno.test({
    ...options,
    name: `${backend}: neighbours are as far as with ${golden.versions}${why}`,
    fn: async () => {
      await openBackend(backend);
      const before = tf.memory().numTensors;
      for (const { metric, blur, neighbours, distances } of golden.knn) {
        const spec = {
          kind: "knn",
          name: "knn",
          inputShape: SHAPE,
          neighbours,
          metric: metric as Metric,
          blur,
        } as const;
        const { model } = await KNN_IMPLEMENTATION.fit(spec, trainingData(), NOT_LEARNT);
        const scores = tf.tidy(() => model.scores(["distance"], images(golden.test))[0]!);
        close(await scores.data(), distances, `${metric}, blur ${blur}, ${neighbours} neighbours`);
        scores.dispose();
        model.dispose();
      }
      assert.equal(tf.memory().numTensors, before, "tensors must be freed");
    },
  });

  Deno.test({
    ...options,
    name: `${backend}: principal components are those of ${golden.versions}${why}`,
    fn: async () => {
      await openBackend(backend);
      const values = Float32Array.from(numbers(golden.train));
      const rows = {
        count: 60,
        size: 30,
        read: (from: number, to: number) => values.slice(from * 30, to * 30),
      };
      for (const { components, variances, codes, mse } of golden.pca) {
        const found = await principalComponents(rows, components, new Random(0));
        close(found.variances, variances, `variances of ${components}`);
        const spec = { kind: "pca", name: "pca", inputShape: SHAPE, components } as const;
        const model = new Pca(spec, found);
        const [code, loss] = tf.tidy(() => {
          const x = images(golden.test);
          return [tf.abs(model.encode(x)), tf.div(model.errors(x).loss, 30)];
        });
        close(await code.data(), codes, `codes of ${components}`);
        close(await loss.data(), mse, `errors of ${components}`);
        tf.dispose([code, loss]);
        model.dispose();
      }
    },
  });
}

Deno.test("the channels of an image are blurred each by itself", async () => {
  await openBackend("wasm");
  const random = new Random(9), shape = [2, 4, 6, 3] as const;
  const x = tf.tensor4d(Float32Array.from({ length: 144 }, () => random.uniform()), [...shape]);
  const error = tf.tidy(() => {
    const planes = tf.split(x, 3, 3).map((plane) => gaussianBlur(plane, 1.5));
    return tf.max(tf.abs(tf.sub(gaussianBlur(x, 1.5), tf.concat(planes, 3))));
  });
  assert.ok((await error.data())[0]! < 1e-6);
  tf.dispose([x, error]);
});

// Fewer and more numbers than a covariance matrix is made for.
for (const size of [200, 1100]) {
  Deno.test(`components of vectors of ${size} numbers are those of all their products`, async () => {
    await openBackend("wasm");
    const random = new Random(3);
    // 5 directions and a little beyond.
    const count = 40, scales = [9, 7, 5, 3, 2];
    const axes = scales.map(() => Float32Array.from({ length: size }, () => random.normal()));
    const values = new Float32Array(count * size);
    for (let i = 0; i < count; i++) {
      const parts = scales.map((scale) => scale * random.normal());
      for (let j = 0; j < size; j++) {
        values[i * size + j] = parts.reduce((sum, part, k) => sum + part * axes[k]![j]!, 1) +
          0.1 * random.normal();
      }
    }
    const read = (from: number, to: number) => values.slice(from * size, to * size);
    const { variances, mean } = await principalComponents({ count, size, read }, 5, new Random(1));
    // The same variances from the matrix of the products of vectors, which is small here.
    const centred = Array.from(
      { length: count },
      (_, i) => Float64Array.from({ length: size }, (_, j) => values[i * size + j]! - mean[j]!),
    );
    const products = centred.map((a) =>
      centred.map((b) => a.reduce((sum, value, j) => sum + value * b[j]!, 0) / (count - 1))
    );
    const wanted = symmetricEigen(products).values.slice(0, 5);
    wanted.forEach((value, i) => {
      // Float32 sums over a thousand products.
      assert.ok(
        Math.abs(variances[i]! - value) <= 1e-4 * value,
        `${variances[i]} against ${value}`,
      );
    });
  });
}

Deno.test("eigenvectors are orthonormal and give the matrix back", () => {
  const random = new Random(5), size = 12;
  const half = Array.from(
    { length: size },
    () => Array.from({ length: size }, () => random.normal()),
  );
  const matrix = half.map((row, i) => row.map((value, j) => value + half[j]![i]!));
  const { values, vectors } = symmetricEigen(matrix);
  for (let i = 0; i < size; i++) {
    assert.ok(i === 0 || values[i]! <= values[i - 1]!);
    for (let j = 0; j < size; j++) {
      const dot = vectors[i]!.reduce((sum, value, k) => sum + value * vectors[j]![k]!, 0);
      assert.ok(Math.abs(dot - (i === j ? 1 : 0)) < 1e-12);
      const entry = values.reduce(
        (sum, value, k) => sum + value * vectors[k]![i]! * vectors[k]![j]!,
        0,
      );
      assert.ok(Math.abs(entry - matrix[i]![j]!) < 1e-12);
    }
  }
});
