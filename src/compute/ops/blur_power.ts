/** Squares of blurred images, and their mean. */

import * as tf from "@tensorflow/tfjs-core";
import { type KernelTable, runKernel } from "./_kernel.ts";

/** Binomial weights; the blur's standard deviation is one pixel. */
const BLUR = [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16];

/**
 * Mean square of blurred images, or of blurred differences of images.
 *
 * The blur is binomial, 1 4 6 4 1 along each axis and per channel, with zeros outside the image. It has
 * no gradient.
 *
 * @param x `[batch, height, width, channels]`.
 * @param others Images to subtract first, of the same shape.
 * @returns One mean per image, `[batch]`.
 */
export function blurPower(x: tf.Tensor, others?: tf.Tensor): tf.Tensor1D {
  return runKernel("StrayBlurPower", { x, others }) as tf.Tensor1D;
}

/**
 * Squares of the pixels that {@linkcode blurPower} averages.
 *
 * @param x `[batch, height, width, channels]`.
 * @param others Images to subtract first, of the same shape.
 * @returns Means over the channels, `[batch, height, width]`.
 */
export function blurredSquares(x: tf.Tensor, others?: tf.Tensor): tf.Tensor3D {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const values = others ? tf.sub(x, others) : x;
  // Each channel becomes an image, so that one filter serves all.
  const planes = tf.reshape(
    tf.transpose(values, [0, 3, 1, 2]),
    [batch * channels, height, width, 1],
  ) as tf.Tensor4D;
  const down = tf.tensor4d(BLUR, [5, 1, 1, 1]), across = tf.tensor4d(BLUR, [1, 5, 1, 1]);
  const blurred = tf.conv2d(tf.conv2d(planes, down, 1, "same"), across, 1, "same");
  return tf.mean(tf.reshape(tf.square(blurred), [batch, channels, height, width]), 1);
}

/** Compositions of tfjs operations. */
export const PLAIN_BLUR_POWER: KernelTable = {
  StrayBlurPower: ({ x, others }) => tf.mean(blurredSquares(x!, others), [1, 2]),
};
