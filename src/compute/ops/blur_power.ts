/** The squares of blurred images, and their mean. */

import * as tf from "@tensorflow/tfjs-core";
import { type KernelTable, runKernel } from "./_kernel.ts";

/** Binomial weights of a blur with a standard deviation of one pixel. */
const BLUR = [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16];

/**
 * The mean square of images, or of differences of images, after a blur of one pixel.
 *
 * The blur is binomial, 1 4 6 4 1 in each direction, each channel by itself; outside the image is 0. It
 * has no gradient.
 *
 * @param x `[batch, height, width, channels]`.
 * @param others What is taken away first, if anything; of the same shape.
 * @returns One mean an image, `[batch]`.
 */
export function blurPower(x: tf.Tensor, others?: tf.Tensor): tf.Tensor1D {
  return runKernel("StrayBlurPower", { x, others }) as tf.Tensor1D;
}

/**
 * The square of each pixel of images, or of differences of images, after the blur of `blurPower`,
 * which is the mean of an image's squares.
 *
 * @param x `[batch, height, width, channels]`.
 * @param others What is taken away first, if anything; of the same shape.
 * @returns Means over the channels, `[batch, height, width]`.
 */
export function blurredSquares(x: tf.Tensor, others?: tf.Tensor): tf.Tensor3D {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const values = others ? tf.sub(x, others) : x;
  // Channels become images of their own, so that one filter serves all.
  const planes = tf.reshape(
    tf.transpose(values, [0, 3, 1, 2]),
    [batch * channels, height, width, 1],
  ) as tf.Tensor4D;
  const down = tf.tensor4d(BLUR, [5, 1, 1, 1]), across = tf.tensor4d(BLUR, [1, 5, 1, 1]);
  const blurred = tf.conv2d(tf.conv2d(planes, down, 1, "same"), across, 1, "same");
  return tf.mean(tf.reshape(tf.square(blurred), [batch, channels, height, width]), 1);
}

/** The same of tfjs operations. */
export const PLAIN_BLUR_POWER: KernelTable = {
  StrayBlurPower: ({ x, others }) => tf.mean(blurredSquares(x!, others), [1, 2]),
};
