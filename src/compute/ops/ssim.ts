/** Structural similarity as a loss, composed of differentiable tfjs operations. */

import * as tf from "@tensorflow/tfjs-core";

const RADIUS = 5;
const SIGMA = 1.5;
/** (K1 * range)^2 and (K2 * range)^2 for samples in [0, 1]. */
const C1 = 0.01 ** 2;
const C2 = 0.03 ** 2;

/**
 * Samples times 1 - SSIM of each image: like the other losses, it scales with the number of samples.
 *
 * The mean structural similarity of Wang, Bovik, Sheikh and Simoncelli 2004 (IEEE Transactions on Image
 * Processing 13, equation 13) with Gaussian windows of 11 x 11 pixels, sigma 1.5, K1 = 0.01 and K2 =
 * 0.03, per channel, over windows within the image. Requires images in [0, 1].
 *
 * @param x Images, `[batch, height, width, channels]`, at least 11 x 11.
 * @param y Their reconstructions, of the same shape.
 * @returns `[batch]`, from 0 to twice the number of samples per image.
 */
export function ssimLoss(x: tf.Tensor, y: tf.Tensor): tf.Tensor1D {
  const [batch, ...rest] = x.shape as [number, number, number, number];
  const a = planes(x), b = planes(y);
  const [meanA, squareA] = blurred([a, tf.square(a)]);
  const [meanB, squareB, product] = blurred([b, tf.square(b), tf.mul(a, b)]);
  const means = tf.mul(meanA!, meanB!);
  const squares = tf.add(tf.square(meanA!), tf.square(meanB!));
  const covariance = tf.sub(product!, means);
  const variances = tf.sub(tf.add(squareA!, squareB!), squares);
  const above = tf.mul(tf.add(tf.mul(means, 2), C1), tf.add(tf.mul(covariance, 2), C2));
  const below = tf.mul(tf.add(squares, C1), tf.add(variances, C2));
  const similarity = tf.mean(tf.reshape(tf.div(above, below), [batch, -1]), 1);
  const samples = rest.reduce((product, side) => product * side, 1);
  return tf.mul(tf.sub(1, similarity), samples);
}

/** Channels as separate images, `[images, height, width]`. */
function planes(x: tf.Tensor): tf.Tensor3D {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const first = channels === 1 ? x : tf.transpose(x, [0, 3, 1, 2]);
  return tf.reshape(first, [batch * channels, height, width]);
}

/**
 * Gaussian-weighted means over all windows of each set of planes, columns first.
 *
 * Windows are rows of a banded matrix: two large products are faster than one-channel convolutions.
 */
function blurred(sets: readonly tf.Tensor3D[]): tf.Tensor[] {
  const all = tf.concat([...sets], 0);
  const [count, height, width] = all.shape;
  const across = tf.matMul(tf.reshape(all, [count * height, width]), windows(width));
  const columns = across.shape[1]!;
  const transposed = tf.transpose(tf.reshape(across, [count, height, columns]), [0, 2, 1]);
  const both = tf.matMul(tf.reshape(transposed, [count * columns, height]), windows(height));
  return tf.split(tf.reshape(both, [count, columns, -1]), sets.length, 0);
}

/** The weights of every window along an axis, `[side, windows]`. */
function windows(side: number): tf.Tensor2D {
  const kernel = Float64Array.from(
    { length: 2 * RADIUS + 1 },
    (_, i) => Math.exp(-((i - RADIUS) ** 2) / (2 * SIGMA ** 2)),
  );
  const sum = kernel.reduce((a, b) => a + b), count = side - 2 * RADIUS;
  const weights = new Float32Array(side * count);
  for (let window = 0; window < count; window++) {
    kernel.forEach((weight, i) => weights[(window + i) * count + window] = weight / sum);
  }
  return tf.tensor2d(weights, [side, count]);
}
