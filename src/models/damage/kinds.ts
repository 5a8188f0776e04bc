/** The kinds of damage that a model learns to see; a new kind is one line here. */

import type { Random } from "../../random.ts";
import type { ImageShape } from "../../shape.ts";
import type { Damage } from "./kinds/_kind.ts";
import {
  blurred,
  faded,
  inverted,
  noise,
  pixelated,
  quantised,
  saltAndPepper,
  thickness,
} from "./kinds/filters.ts";
import { cutPaste, erased, scar, shuffled, turned } from "./kinds/patches.ts";
import { gap, scratch, spots, stripes, stroke, stuckLines } from "./kinds/strokes.ts";
import { bulge, doubled, jittered, rippled, swirl, torn } from "./kinds/warps.ts";

/** All kinds by name. */
export const DAMAGE_KINDS: Readonly<Record<string, Damage>> = {
  "cut-paste": cutPaste,
  scar,
  erased,
  shuffled,
  turned,
  scratch,
  stroke,
  gap,
  spots,
  "stuck-lines": stuckLines,
  stripes,
  noise,
  "salt-and-pepper": saltAndPepper,
  blurred,
  thickness,
  pixelated,
  quantised,
  inverted,
  faded,
  swirl,
  bulge,
  torn,
  jittered,
  rippled,
  doubled,
};

/** Mean change of a sample from which damage counts as seen: 1.6 pixels of 28 x 28 from black to white. */
const LEAST_CHANGE = 0.01;
/** Places and strengths tried. */
const MAX_TRIES = 10;

/**
 * Damages an image so that it shows: an empty place is no place for a patch.
 *
 * @param damage The kind.
 * @param image Samples in [0, 1], row-major, channels last; not changed.
 * @param shape `[height, width, channels]`.
 * @param random Source of place and strength.
 * @returns The damaged samples, in [0, 1]; undefined if no try shows, as on an empty image.
 */
export function visiblyDamaged(
  damage: Damage,
  image: Float32Array,
  shape: ImageShape,
  random: Random,
): Float32Array | undefined {
  for (let i = 0; i < MAX_TRIES; i++) {
    const found = damage(image, shape, random);
    const change = found.reduce((sum, value, at) => sum + Math.abs(value - image[at]!), 0);
    if (change >= LEAST_CHANGE * image.length) return found;
  }
  return undefined;
}
