/** The range of samples, for drawings of numbers without a natural black and white. */

/**
 * The minimum and maximum of all samples.
 *
 * @param images Samples of each image; at least one in total, without NaN.
 * @returns Minimum and maximum.
 *
 * @example
 * ```ts
 * import { valueRange } from "./value_range.ts";
 *
 * const [low, high] = valueRange([Float32Array.of(3, -1), Float32Array.of(2)]);
 * if (low !== -1 || high !== 3) throw new Error("unexpected range");
 * ```
 */
export function valueRange(images: readonly Float32Array[]): readonly [number, number] {
  let low = Infinity, high = -Infinity;
  for (const image of images) {
    for (const value of image) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return [low, high];
}
