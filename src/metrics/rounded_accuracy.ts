/** How many pixels of a reconstruction are black where they should be, and white where they should. */

import { checkLengths } from "./_check_lengths.ts";

/**
 * The share of samples that are the same once both are rounded to whole numbers.
 *
 * Source: Géron, "Hands-On Machine Learning", chapter on autoencoders, where it watches the training of
 * images in [0, 1]: Keras's `binary_accuracy(round(y_true), round(y_pred))`. Halves are rounded to the
 * even number, as TensorFlow rounds: 0.5 counts as 0.
 *
 * @param image Samples, in [0, 1] where the number shall mean something.
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
