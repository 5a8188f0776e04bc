/** The number of threads that suits a training. */

import { largestGroup } from "./batches.ts";

/** The size of a training. */
export interface TrainingCost {
  /** Multiply-add operations of a forward pass, per image. */
  readonly multiplyAdds: number;
  /** Images that train. */
  readonly images: number;
  /** Images per step. */
  readonly batch: number;
  /** Maximum number of passes over the images. */
  readonly epochs: number;
}

/** The cost of a step in forward passes: forward, gradients of weights, gradients of inputs. */
const PASSES = 3;
/** Multiply-adds per second and thread: 1.2 to 1.9e10 over all models. */
const SPEED = 1.5e10;
/**
 * Minimum time of a step per thread, s. A step of a small network is mostly calls, which each further
 * thread repeats: 1.2 ms.
 */
const MIN_STEP = 2e-3;
/** Minimum time of a training on one thread, s: a thread takes a fifth of a second to start. */
const MIN_TRAINING = 1;

/**
 * Estimates the time of a training's steps from their products.
 *
 * @param cost The size of the training.
 * @param threads Number of threads.
 * @returns Seconds of all epochs; small networks take longer, as their steps are mostly calls.
 */
export function estimateSeconds(
  { multiplyAdds, images, epochs }: Omit<TrainingCost, "batch">,
  threads: number,
): number {
  return PASSES * multiplyAdds * images * epochs / SPEED / threads;
}

/**
 * Chooses the number of threads.
 *
 * @param cost The size of the training.
 * @param most The most threads to use.
 * @param wanted Whether to use as many as possible.
 * @returns At least 1: as many as have work in every step, and only one for a small job.
 */
export function chooseThreads(
  { multiplyAdds, images, batch, epochs }: TrainingCost,
  most: number,
  wanted = false,
): number {
  const possible = Math.min(most, largestGroup(images, batch));
  if (wanted) return possible;
  const image = PASSES * multiplyAdds / SPEED;
  if (image * images * epochs < MIN_TRAINING) return 1;
  const useful = Math.floor(image * Math.min(batch, images) / MIN_STEP);
  return Math.max(1, Math.min(possible, useful));
}
