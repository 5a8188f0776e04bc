import assert from "node:assert/strict";
import { blurPower } from "../../src/detection/_blur_power.ts";
import { Random } from "../../src/random.ts";

/** The same by its definition: every sample a weighted sum of 5 x 5. */
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

Deno.test("blurPower is the mean square of the blurred image, whatever its shape", () => {
  const random = new Random(8);
  for (let round = 0; round < 200; round++) {
    const shape = [1 + random.integer(9), 1 + random.integer(9), 1 + random.integer(3)];
    const [height, width, channels] = shape as [number, number, number];
    const size = height * width * channels, count = 1 + random.integer(3);
    const images = Float32Array.from({ length: count * size }, () => random.uniform());
    const others = Float32Array.from({ length: count * size }, () => random.uniform());
    const powers = blurPower(images, undefined, [height, width, channels]);
    const errors = blurPower(images, others, [height, width, channels]);
    for (let i = 0; i < count; i++) {
      const image = images.slice(i * size, (i + 1) * size);
      const error = image.map((value, j) => value - others[i * size + j]!);
      // Both sum in doubles; the result is a float32.
      const near = (a: number, b: number) => assert.ok(Math.abs(a - b) <= 1e-6 * b, `${a} ${b}`);
      near(powers[i]!, byDefinition(image, shape));
      near(errors[i]!, byDefinition(error, shape));
    }
  }
});
