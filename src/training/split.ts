/** Which images train, which stop the training early, and which calibrate. */

import type { Random } from "../random.ts";

/** A partition of a data set: indices into it. */
export interface Split {
  /** The optimiser sees these. */
  readonly training: Uint32Array;
  /** The epoch with the least loss on these is kept. */
  readonly validation: Uint32Array;
  /** Scored once, after training: p-values are ranks among these. Never used to choose anything. */
  readonly calibration: Uint32Array;
}

/** Fewest images that a training can be made of. */
export const FEWEST_IMAGES = 5;

/**
 * Splits normal images at random.
 *
 * A tenth calibrates, at least 39 where a third of the data allows it (so that p can reach 0.025) and at
 * most 5,000; half as many, at most 2,000, validate.
 *
 * @param count The number of images, at least `FEWEST_IMAGES`.
 * @param random Where the choice comes from.
 * @returns The three parts, each sorted.
 */
export function splitImages(count: number, random: Random): Split {
  const order = random.permutation(count);
  const wanted = Math.max(Math.round(count / 10), Math.min(39, Math.floor(count / 3)));
  const calibration = Math.max(2, Math.min(5000, wanted));
  const validation = Math.max(1, Math.min(2000, Math.round(count / 20)));
  const held = calibration + validation;
  return {
    calibration: order.slice(0, calibration).sort(),
    validation: order.slice(calibration, held).sort(),
    training: order.slice(held).sort(),
  };
}
