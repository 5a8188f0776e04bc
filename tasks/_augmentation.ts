/** Random changes of images that are shown, as training has them. */

import type { ModelInput } from "../src/images/mod.ts";
import { Augmenter, checkHyperparameters } from "../src/training/mod.ts";
import { Random } from "../src/random.ts";

/**
 * Makes the function that changes images, each by its own random numbers.
 *
 * @param augment Augmentations such as `noise:0.2`.
 * @param input The shape of the images.
 * @param seed Seed of the changes. Default 0.
 * @returns A function that changes the samples of an image in place.
 * @throws {StrayError} `usage` If an augmentation is unknown, repeated or out of range.
 */
export function augmentation(
  augment: readonly string[],
  { height, width, channels }: ModelInput,
  seed = 0,
): (image: Float32Array) => void {
  checkHyperparameters({ augment });
  const augmenter = new Augmenter(augment, [height, width, channels]), random = new Random(seed);
  return (image) => {
    const generator = random.split();
    augmenter.alter(image, generator);
    augmenter.corrupt(image, generator);
  };
}
