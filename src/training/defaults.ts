/** Default settings that follow from the images. */

import { sizeOf } from "../shape.ts";
import { followsLength, parseSchedule } from "./schedule.ts";

/** Samples of a batch: 128 images of 28 x 28. */
const BATCH_SAMPLES = 1 << 17;
/** Maximum number of images per batch by default. */
const MAX_BATCH = 128;

/**
 * The default number of images per step: the model's, fewer for large images, which bounds the memory of
 * a step.
 *
 * @param shape Shape of one image.
 * @param most The model's number. @default {128}
 * @returns `most`, or else a power of two from 16.
 */
export function defaultBatch(shape: readonly number[], most: number = MAX_BATCH): number {
  const fitting = Math.floor(Math.log2(BATCH_SAMPLES / sizeOf(shape)));
  return Math.min(most, 2 ** Math.max(4, fitting));
}

/** Minimum number of epochs by default. */
const MIN_EPOCHS = 3;
/** Maximum number of epochs by default. */
const MAX_EPOCHS = 100;

/**
 * The default number of epochs: it follows from the model's number of steps, so that a small data set
 * takes more epochs than a large one.
 *
 * @param steps The model's number of steps.
 * @param images Images that train.
 * @param batch Images per step.
 * @param most Most epochs.
 * @returns 3 to 100.
 */
export function defaultEpochs(
  steps: number,
  images: number,
  batch: number,
  most: number = MAX_EPOCHS,
): number {
  return Math.max(MIN_EPOCHS, Math.min(most, Math.round(steps * batch / images)));
}

/**
 * The default patience: a fifth of the epochs, at least 3.
 *
 * Schedules that depend on the length of the training are not stopped early: they end with their
 * smallest steps, which gain most.
 *
 * @param epochs Most passes over the images.
 * @param schedule Schedule of the learning rate.
 * @returns Epochs without a lower validation loss before training ends.
 */
export function defaultPatience(epochs: number, schedule = "constant"): number {
  if (followsLength(parseSchedule(schedule))) return epochs;
  return Math.max(3, Math.ceil(epochs / 5));
}
