/** Settings that follow from the images where the user gives none. */

import { sizeOf } from "../shape.ts";
import { followsLength, parseSchedule } from "./schedule.ts";

/** Samples of a batch: 128 images of 28 x 28. */
const BATCH_SAMPLES = 1 << 17;

/**
 * The default number of images a step: 128, fewer for large images, so that a step's intermediate
 * results stay in memory.
 *
 * @param shape `[height, width, channels]` of the images.
 * @returns A power of two from 16 to 128.
 */
export function defaultBatch(shape: readonly number[]): number {
  const fitting = Math.floor(Math.log2(BATCH_SAMPLES / sizeOf(shape)));
  return 2 ** Math.max(4, Math.min(7, fitting));
}

/** Fewest epochs that are run unless the user says otherwise. */
const LEAST_EPOCHS = 3;
/** Most of them, unless the architecture says otherwise. */
const MOST_EPOCHS = 100;

/**
 * The default number of epochs: as many as the architecture's steps take, so that a small data set is
 * passed over more often than a large one.
 *
 * @param steps The architecture's number of steps.
 * @param images Images that train.
 * @param batch Images a step.
 * @param most Most epochs.
 * @returns 3 to 100.
 */
export function defaultEpochs(
  steps: number,
  images: number,
  batch: number,
  most: number = MOST_EPOCHS,
): number {
  return Math.max(LEAST_EPOCHS, Math.min(most, Math.round(steps * batch / images)));
}

/**
 * The default patience: a fifth of the epochs, at least 3.
 *
 * All of them where the schedule follows the length of the training: it is made to end with its smallest
 * steps, which gain most, and losses that stand still at great ones say nothing of those.
 *
 * @param epochs Most passes over the images.
 * @param schedule Of the learning rate.
 * @returns Epochs without a lower validation loss before training ends.
 */
export function defaultPatience(epochs: number, schedule = "constant"): number {
  if (followsLength(parseSchedule(schedule))) return epochs;
  return Math.max(3, Math.ceil(epochs / 5));
}
