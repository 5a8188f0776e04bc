/** Maps of gradient strength by direction. */

import * as tf from "@tensorflow/tfjs-core";
import { type KernelTable, runKernel } from "./_kernel.ts";

/** Largest number of weights of a kernel. */
export const MOST_TAPS = 9;
/** Pixels between two samples of a map. */
const STEP = 2;

/** Separable kernels, an odd number of weights each. */
export interface DirectionMapKernels {
  /** Number of unsigned directions, equally far apart, the first along a row. */
  readonly directions: number;
  /** Blur of the image. */
  readonly blur: readonly number[];
  /** The slope of the blurred image, with two weights more. */
  readonly slope: readonly number[];
  /** Blur of the maps. */
  readonly mapBlur: readonly number[];
}

/** Weights on each side of the middle one. */
export function radiusOf(taps: readonly number[]): number {
  return (taps.length - 1) / 2;
}

/**
 * Square roots of maps of gradient strength by direction.
 *
 * The gradient at each pixel is divided linearly among the two nearest directions, and the map of each direction
 * is blurred and sampled at every second pixel, with zeros outside the image. It has no gradient.
 *
 * @param x Images of one channel, `[images, height, width, 1]`.
 * @param kernels The kernels, of at most 9 weights.
 * @returns `[images, ceil(height / 2), ceil(width / 2), directions]`.
 */
export function directionMaps(x: tf.Tensor4D, kernels: DirectionMapKernels): tf.Tensor4D {
  return runKernel("StrayDirectionMaps", { x }, { ...kernels }) as tf.Tensor4D;
}

/** Compositions of tfjs operations. */
export const PLAIN_DIRECTION_MAPS: KernelTable = {
  StrayDirectionMaps: ({ x }, attributes) => {
    const { directions, blur, slope, mapBlur } = attributes as unknown as DirectionMapKernels;
    return tf.tidy(() => {
      const across = tf.conv2d(x as tf.Tensor4D, outer(blur, slope), 1, "same");
      const down = tf.conv2d(x as tf.Tensor4D, outer(slope, blur), 1, "same");
      const strength = tf.sqrt(tf.add(tf.square(across), tf.square(down)));
      const angle = tf.mul(tf.atan2(down, across), directions / Math.PI);
      // Opposite directions are the same.
      const turned = tf.add(angle, tf.mul(tf.step(tf.neg(angle)), directions));
      const difference = tf.abs(tf.sub(turned, tf.range(0, directions)));
      const distance = tf.minimum(difference, tf.sub(directions, difference));
      const maps = tf.mul<tf.Tensor4D>(strength, tf.relu(tf.sub(1, distance)));
      const filter = (kernel: tf.Tensor4D) => tf.tile(kernel, [1, 1, directions, 1]) as tf.Tensor4D;
      const rows = tf.depthwiseConv2d(maps, filter(outer(mapBlur, [1])), [STEP, 1], "same");
      const cells = tf.depthwiseConv2d(rows, filter(outer([1], mapBlur)), [1, STEP], "same");
      return tf.sqrt(tf.relu(cells));
    });
  },
};

/** A separable kernel as a filter of one channel. */
function outer(down: readonly number[], across: readonly number[]): tf.Tensor4D {
  const values = down.flatMap((a) => across.map((b) => a * b));
  return tf.tensor4d(values, [down.length, across.length, 1, 1]);
}
