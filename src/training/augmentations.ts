/** The changes that training images can go through, by name. */

import { type NamedNumbers, type NumberTable, parseNamedNumbers } from "../named_numbers.ts";

/** The names of the augmentations. */
export type AugmentationName =
  | "flip-x"
  | "flip-y"
  | "rotate"
  | "shift"
  | "crop"
  | "brightness"
  | "contrast"
  | "noise"
  | "cutout";

/** An augmentation, understood. */
export type Augmentation = NamedNumbers<AugmentationName>;

/** The augmentations, each with its strength: see {@linkcode Augmenter}. */
const AUGMENTATIONS: NumberTable<AugmentationName> = {
  "flip-x": [],
  "flip-y": [],
  rotate: [{ name: "greatest angle in degrees", value: 15, least: 0, most: 180 }],
  shift: [{ name: "greatest number of pixels", value: 2, least: 0 }],
  crop: [{ name: "least part of a side", value: 0.9, least: 0.01, most: 1 }],
  brightness: [{ name: "greatest change", value: 0.1, least: 0 }],
  contrast: [{ name: "greatest change", value: 0.1, least: 0, most: 1 }],
  noise: [{ name: "standard deviation", value: 0.05, least: 0 }],
  cutout: [{ name: "side in pixels", value: 4, least: 1, whole: true }],
};

/** The names of the augmentations. */
export const AUGMENTATION_NAMES: readonly string[] = Object.keys(AUGMENTATIONS);

/**
 * Reads augmentations.
 *
 * @param texts A name each, and after a colon its strength: `rotate:15`.
 * @returns The augmentations with their strengths, in the order in which they are done.
 * @throws {RangeError} If one is unknown, twice there, or too strong; the message is what must be.
 */
export function parseAugmentations(texts: readonly string[]): Augmentation[] {
  const found = texts.map((text) => parseNamedNumbers(text, AUGMENTATIONS));
  const rank = ({ name }: Augmentation) => AUGMENTATION_NAMES.indexOf(name);
  found.sort((a, b) => rank(a) - rank(b));
  const twice = found.find(({ name }, i) => name === found[i - 1]?.name);
  if (twice) throw new RangeError(`must name ${twice.name} once`);
  return found;
}
