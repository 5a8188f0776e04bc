/** Gaussian blur of images as tensors. */

import { type Tensor, tf } from "../../compute/mod.ts";
import { gaussianTaps } from "./_gaussian_taps.ts";

/** Radius of the kernel in standard deviations (the default of SciPy's gaussian_filter). */
const TRUNCATE = 4;

/**
 * Blurs each channel of images; beyond the edge an image is mirrored, with the edge pixel repeated.
 *
 * Equals `scipy.ndimage.gaussian_filter` of each channel with its defaults.
 *
 * @param x Images, `[batch, height, width, channels]`.
 * @param sigma Standard deviation in pixels; 0 for no blur.
 * @returns Images of the same shape.
 */
export function gaussianBlur(x: Tensor, sigma: number): Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  if (sigma === 0) return x;
  // Channels become separate images, so that one matrix serves all.
  const planes = channels === 1 ? x : tf.transpose(x, [0, 3, 1, 2]);
  const rows = tf.reshape(planes, [batch * channels * height, width]);
  const across = tf.reshape(tf.matMul(rows, blurMatrix(width, sigma)), [-1, height, width]);
  const columns = tf.reshape(tf.transpose(across, [0, 2, 1]), [-1, height]);
  const down = tf.reshape(tf.matMul(columns, blurMatrix(height, sigma)), [-1, width, height]);
  const blurred = tf.reshape(tf.transpose(down, [0, 2, 1]), [batch, channels, height, width]);
  return channels === 1
    ? tf.reshape(blurred, [batch, height, width, 1])
    : tf.transpose(blurred, [0, 2, 3, 1]);
}

/** The blur of a line of `size` samples as a matrix: line * matrix. */
function blurMatrix(size: number, sigma: number): Tensor {
  const radius = Math.floor(TRUNCATE * sigma + 0.5);
  const taps = gaussianTaps(sigma, radius);
  const matrix = new Float64Array(size * size);
  for (let to = 0; to < size; to++) {
    taps.forEach((tap, i) => {
      matrix[mirror(to + i - radius, size) * size + to]! += tap;
    });
  }
  return tf.tensor2d(Float32Array.from(matrix), [size, size]);
}

/** Index of the sample at a position beyond the line's ends: d c b a | a b c d | d c b a. */
function mirror(at: number, size: number): number {
  const within = ((at % (2 * size)) + 2 * size) % (2 * size);
  return within < size ? within : 2 * size - 1 - within;
}
