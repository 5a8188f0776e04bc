/** Augmentations of training images, by name. */

import { type NamedNumbers, type NumberTable, parseNamedNumbers } from "../named_numbers.ts";

/** Name of an augmentation. */
export type AugmentationName =
  | "flip-x"
  | "flip-y"
  | "rotate"
  | "shift"
  | "crop"
  | "brightness"
  | "contrast"
  | "noise"
  | "cutout"
  | "dropout";

/** A parsed augmentation. */
export type Augmentation = NamedNumbers<AugmentationName>;

/** Most pixels of a shift or a square: more than images have that a network learns from. */
const MOST_PIXELS = 10_000;
/** Largest change of a sample: samples in other units than [0, 1] are trained on with `--scale none`. */
const MOST_CHANGE = 1e6;

/** The augmentations with their strengths, in the order of application: see {@linkcode Augmenter}. */
const AUGMENTATIONS: NumberTable<AugmentationName> = {
  "flip-x": [],
  "flip-y": [],
  rotate: [{ name: "maximum angle in degrees", value: 15, least: 0, most: 180 }],
  shift: [{ name: "maximum number of pixels", value: 2, least: 0, most: MOST_PIXELS }],
  crop: [{ name: "minimum fraction of a side", value: 0.9, least: 0.01, most: 1 }],
  brightness: [{ name: "maximum change", value: 0.1, least: 0, most: MOST_CHANGE }],
  contrast: [{ name: "maximum change", value: 0.1, least: 0, most: 1 }],
  noise: [{ name: "standard deviation", value: 0.05, least: 0, most: MOST_CHANGE }],
  cutout: [{ name: "side in pixels", value: 4, least: 1, most: MOST_PIXELS, whole: true }],
  dropout: [{ name: "fraction of the pixels", value: 0.5, least: 0, most: 1 }],
};

/** The names of the augmentations. */
export const AUGMENTATION_NAMES: readonly string[] = Object.keys(AUGMENTATIONS);

/**
 * Parses augmentations.
 *
 * @param texts Names, each with its strength after a colon, such as `rotate:15`.
 * @returns The augmentations with their strengths, in the order of application.
 * @throws {RangeError} If one is unknown, repeated or out of range; the message begins "must".
 */
export function parseAugmentations(texts: readonly string[]): Augmentation[] {
  const found = texts.map((text) => parseNamedNumbers(text, AUGMENTATIONS));
  const rank = ({ name }: Augmentation) => AUGMENTATION_NAMES.indexOf(name);
  found.sort((a, b) => rank(a) - rank(b));
  const twice = found.find(({ name }, i) => name === found[i - 1]?.name);
  if (twice) throw new RangeError(`must name ${twice.name} once`);
  return found;
}
