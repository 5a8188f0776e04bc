/** Peak signal-to-noise ratio of images. */

import { checkLengths } from "./_check_lengths.ts";

/** Options of {@linkcode psnr}. */
export interface PsnrOptions {
  /** Maximum minus minimum possible sample, above 0. @default {1} */
  readonly range?: number;
}

/**
 * Peak signal-to-noise ratio: 10 log10(range² / mean squared error), in dB; higher is more similar.
 *
 * Equals scikit-image's `peak_signal_noise_ratio`. For several images at once it is the ratio of their
 * pooled error, not the mean of their ratios.
 *
 * @param image Samples.
 * @param other The same number of samples.
 * @param options The range of the samples.
 * @returns The ratio in dB; infinite for equal images.
 * @throws {TypeError} If the lengths differ or are 0.
 * @throws {RangeError} If the range is not positive and finite.
 *
 * @example
 * ```ts
 * import { psnr } from "./psnr.ts";
 *
 * const decibels = psnr(Float32Array.of(0, 1), Float32Array.of(0.1, 0.9));
 * if (Math.abs(decibels - 20) > 1e-5) throw new Error("unexpected ratio");
 * ```
 */
export function psnr(
  image: Float32Array | Float64Array,
  other: Float32Array | Float64Array,
  { range = 1 }: PsnrOptions = {},
): number {
  checkLengths("compare images", image, other);
  if (!(range > 0 && range < Infinity)) {
    throw new RangeError(`Cannot compare images as range must be > 0: current value is ${range}`);
  }
  let sum = 0;
  for (let i = 0; i < image.length; i++) sum += (image[i]! - other[i]!) ** 2;
  return 10 * Math.log10(range * range / (sum / image.length));
}
