/** Damaged and undamaged images to learn from. */

import type { ImageShape } from "../../shape.ts";
import type { MakeExample, SampleRange } from "../../training/mod.ts";
import { DAMAGE_KINDS, visiblyDamaged } from "./kinds.ts";

/** The class of undamaged images; the kinds follow. */
export const UNDAMAGED = 0;

/** Share of the images that stay undamaged. */
const UNDAMAGED_SHARE = 1 / 3;
/** Share of the images that are augmented where augmentations are wanted: a network sees resampling. */
const AUGMENTED_SHARE = 1 / 2;

/**
 * Makes examples: of three images one stays undamaged, and each of the others suffers a random kind of
 * damage, visibly. One that no damage shows on counts as undamaged. Half of the images, damaged or not, are
 * augmented before, if augmentations are wanted.
 *
 * @param kinds Names of the kinds, in the order of their classes, 1 and up.
 * @param shape Shape of an image.
 * @param range The range of samples; damage ends at its limits.
 * @returns Makes an example.
 * @throws {TypeError} If there is no such kind.
 */
export function exampleMaker(
  kinds: readonly string[],
  shape: ImageShape,
  { low, high }: SampleRange,
): MakeExample {
  const damages = kinds.map((name) => {
    const damage = DAMAGE_KINDS[name];
    if (damage) return damage;
    throw new TypeError(`Cannot damage images by "${name}" as there is no such kind`);
  });
  const span = high - low || 1;
  return (image, _label, random, augment) => {
    if (random.uniform() < AUGMENTED_SHARE) augment();
    if (random.uniform() < UNDAMAGED_SHARE) return UNDAMAGED;
    const kind = random.integer(damages.length);
    const unit = image.map((value) => (value - low) / span);
    const damaged = visiblyDamaged(damages[kind]!, unit, shape, random);
    if (!damaged) return UNDAMAGED;
    damaged.forEach((value, i) => image[i] = low + value * span);
    return kind + 1;
  };
}
