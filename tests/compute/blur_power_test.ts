import assert from "node:assert/strict";
import { blurPower, blurredSquares, openBackend, tf } from "../../src/compute/mod.ts";
import { Random } from "../../src/random.ts";

/** The definition: every sample is a weighted sum over 5 x 5. */
function byDefinition(values: Float32Array, [height, width, channels]: number[]): number {
  const weights = [1, 4, 6, 4, 1];
  let sum = 0;
  for (let y = 0; y < height!; y++) {
    for (let x = 0; x < width!; x++) {
      for (let c = 0; c < channels!; c++) {
        let blurred = 0;
        for (let dy = -2; dy <= 2; dy++) {
          for (let dx = -2; dx <= 2; dx++) {
            if (y + dy < 0 || y + dy >= height! || x + dx < 0 || x + dx >= width!) continue;
            const value = values[((y + dy) * width! + x + dx) * channels! + c]!;
            blurred += weights[dy + 2]! * weights[dx + 2]! * value / 256;
          }
        }
        sum += blurred ** 2;
      }
    }
  }
  return sum / values.length;
}

/** The square at the first pixel, from a sum over 3 x 3, as pixels outside are 0. */
function cornerByDefinition(values: Float32Array, [height, width, channels]: number[]): number {
  const weights = [6, 4, 1];
  let sum = 0;
  for (let c = 0; c < channels!; c++) {
    let blurred = 0;
    for (let y = 0; y < Math.min(3, height!); y++) {
      for (let x = 0; x < Math.min(3, width!); x++) {
        blurred += weights[y]! * weights[x]! * values[(y * width! + x) * channels! + c]! / 256;
      }
    }
    sum += blurred ** 2;
  }
  return sum / channels!;
}

/** Float32 sums of some hundred squares. */
const TOLERANCE = 3e-6;

for (const backend of ["cpu", "wasm"] as const) {
  Deno.test(`${backend}: blurPower is the mean square of the blurred image, for any shape`, async () => {
    await openBackend(backend);
    const random = new Random(8);
    for (let round = 0; round < 200; round++) {
      const shape = [1 + random.integer(9), 1 + random.integer(9), 1 + random.integer(3)];
      const size = shape.reduce((a, b) => a * b, 1), count = 1 + random.integer(3);
      const images = Float32Array.from({ length: count * size }, () => random.uniform());
      const others = Float32Array.from({ length: count * size }, () => random.uniform());
      const [powers, errors, maps] = tf.tidy(() => {
        const x = tf.tensor(images, [count, ...shape]), y = tf.tensor(others, [count, ...shape]);
        return [blurPower(x), blurPower(x, y), blurredSquares(x, y)].map((t) => t.dataSync());
      });
      for (let i = 0; i < count; i++) {
        const image = images.slice(i * size, (i + 1) * size);
        const error = image.map((value, j) => value - others[i * size + j]!);
        const near = (a: number, b: number) =>
          assert.ok(Math.abs(a - b) <= TOLERANCE * b, `${a} ${b}`);
        near(powers![i]!, byDefinition(image, shape));
        near(errors![i]!, byDefinition(error, shape));
        const area = shape[0]! * shape[1]!;
        const map = Float32Array.from(maps!.subarray(i * area, (i + 1) * area));
        near(map.reduce((a, b) => a + b, 0) / area, byDefinition(error, shape));
        // Rounding of a weighted sum of numbers below 1 with both signs.
        assert.ok(Math.abs(map[0]! - cornerByDefinition(error, shape)) <= 3e-7);
      }
    }
  });
}
