import assert from "node:assert/strict";
import { directionMaps, openBackend, tf } from "../../src/compute/mod.ts";
import { Random } from "../../src/random.ts";

type Shape = [number, number, number, number];

/** Sums of some hundred products in float32, and a polynomial for the angle. */
const TOLERANCE = 3e-5;

/** A smooth kernel of random weights. */
function kernel(random: Random, radius: number): number[] {
  return Array.from({ length: 2 * radius + 1 }, () => 0.1 + random.uniform());
}

Deno.test("directionMaps agrees between wasm and plain tfjs, for any shape and kernels", async () => {
  const random = new Random(11);
  const cases = Array.from({ length: 80 }, () => {
    const shape: Shape = [
      1 + random.integer(4),
      1 + random.integer(40),
      1 + random.integer(40),
      1,
    ];
    const size = shape.reduce((a, b) => a * b, 1);
    // A third of the samples are 0: flat parts have no direction, and their map is 0.
    const values = Float32Array.from(
      { length: size },
      () => random.integer(3) === 0 ? 0 : random.uniform() - 0.5,
    );
    const blurRadius = 1 + random.integer(3), slope = kernel(random, blurRadius + 1);
    slope.forEach((tap, i) => slope[i] = i <= blurRadius ? tap : -tap);
    slope[blurRadius + 1] = 0;
    return {
      shape,
      values,
      kernels: {
        directions: 2 + random.integer(7),
        blur: kernel(random, blurRadius),
        slope,
        mapBlur: kernel(random, random.integer(5)),
      },
    };
  });
  const results: Float32Array[][] = [];
  for (const backend of ["cpu", "wasm"] as const) {
    await openBackend(backend);
    results.push(cases.map(({ shape, values, kernels }) => {
      const y = tf.tidy(() => directionMaps(tf.tensor4d(values, shape), kernels));
      const [batch, height, width] = shape;
      const { directions } = kernels;
      assert.deepEqual(y.shape, [batch, Math.ceil(height / 2), Math.ceil(width / 2), directions]);
      const roots = y.dataSync() as Float32Array;
      y.dispose();
      return roots;
    }));
  }
  const [plain, ours] = results as [Float32Array[], Float32Array[]];
  for (const [i, { shape, kernels }] of cases.entries()) {
    const largest = Math.max(...plain[i]!);
    // Roots of what is left of nothing: squares are compared.
    plain[i]!.forEach((root, at) => {
      const difference = Math.abs(root ** 2 - ours[i]![at]! ** 2) / largest ** 2;
      assert.ok(difference <= TOLERANCE, `${difference} of ${shape}, ${JSON.stringify(kernels)}`);
    });
  }
});
