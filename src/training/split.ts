/** Division of a data set into training, validation and calibration. */

import type { Random } from "../random.ts";

/** Indices into a data set; no image is in two parts. */
export interface Split {
  /** Images that the optimiser sees. */
  readonly training: Uint32Array;
  /** Images that choose the epoch: the one with their lowest loss is kept. */
  readonly validation: Uint32Array;
  /** Images scored once, after training: p-values are ranks among their scores. They choose nothing. */
  readonly calibration: Uint32Array;
}

/** Minimum number of images to train with. */
export const MIN_IMAGES = 5;

/**
 * Divides images that train and validate, where none is set aside: 5 % validate, at least 1 and at most
 * 2,000.
 *
 * @param order Indices of the images in random order, at least 2.
 * @param learns Whether the model learns in steps; else all images train.
 * @returns The two parts, each sorted, and none that calibrates.
 */
export function splitForTraining(order: Uint32Array, learns: boolean): Split {
  const validation = learns ? validating(order.length) : 0;
  return {
    validation: order.slice(0, validation).sort(),
    training: order.slice(validation).sort(),
    calibration: new Uint32Array(0),
  };
}

function validating(count: number): number {
  return Math.max(1, Math.min(2000, Math.round(count / 20)));
}

/**
 * Splits normal images at random.
 *
 * Calibration takes its share of the images, but at least 39, so that p can reach 0.025, if they are no more
 * than a third of the images, and at most 5,000. Validation takes 5 %, at most 2,000.
 *
 * @param count The number of images, at least `MIN_IMAGES`.
 * @param random Source of randomness.
 * @param share Share of the images that calibrate, at most a third. @default {0.1}
 * @returns The three parts, each sorted.
 */
export function splitImages(count: number, random: Random, share = 0.1): Split {
  const order = random.permutation(count);
  const wanted = Math.max(Math.round(count * share), Math.min(39, Math.floor(count / 3)));
  const calibration = Math.max(2, Math.min(5000, wanted));
  const validation = validating(count);
  const held = calibration + validation;
  return {
    calibration: order.slice(0, calibration).sort(),
    validation: order.slice(calibration, held).sort(),
    training: order.slice(held).sort(),
  };
}
