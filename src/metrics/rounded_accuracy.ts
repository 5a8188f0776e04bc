/** Accuracy of reconstructions of black-and-white images. */

import { checkLengths } from "./_check_lengths.ts";

/**
 * The fraction of samples that are equal after rounding to integers.
 *
 * Source: Géron, "Hands-On Machine Learning", chapter on autoencoders, where it monitors training on
 * images in [0, 1]: Keras's `binary_accuracy(round(y_true), round(y_pred))`. Halves are rounded to even,
 * as in TensorFlow: 0.5 counts as 0.
 *
 * @param image Samples, in [0, 1] for a meaningful result.
 * @param reconstruction The same number of samples.
 * @returns A number in [0, 1].
 * @throws {TypeError} If the lengths differ or are 0.
 *
 * @example
 * ```ts
 * import { roundedAccuracy } from "./rounded_accuracy.ts";
 *
 * const image = Float32Array.of(0, 0.2, 0.5, 1), reconstruction = Float32Array.of(0.4, 0.6, 0, 0.7);
 * if (roundedAccuracy(image, reconstruction) !== 0.75) throw new Error("unexpected accuracy");
 * ```
 */
export function roundedAccuracy(
  image: Float32Array | Float64Array,
  reconstruction: Float32Array | Float64Array,
): number {
  checkLengths("compare images", image, reconstruction);
  let same = 0;
  for (let i = 0; i < image.length; i++) {
    if (roundToEven(image[i]!) === roundToEven(reconstruction[i]!)) same++;
  }
  return same / image.length;
}

function roundToEven(value: number): number {
  const below = Math.floor(value), rest = value - below;
  return rest < 0.5 || rest === 0.5 && below % 2 === 0 ? below : below + 1;
}
