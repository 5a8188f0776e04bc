/** Settings that follow from the images where the user gives none. */

import { sizeOf } from "../models/mod.ts";

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
