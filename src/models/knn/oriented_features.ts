/** The directions of edges, as a vector per image. */

import { directionMaps, type Tensor, type Tensor2D, type Tensor4D, tf } from "../../compute/mod.ts";
import { gaussianTaps } from "./_gaussian_taps.ts";
import { withSafeMagnitude } from "./_safe_magnitude.ts";
import { DIRECTIONS, type OrientedScale, orientedScales } from "./oriented.ts";

/** Blur before the gradient, and of the maps, as standard deviations in pixels. */
const BLUR = 0.5, MAP_BLUR = 1;
/** Radius of a Gaussian kernel in standard deviations. */
const TRUNCATE = 3;
/** Weights that divide edges by direction. */
const KERNELS = (() => {
  const blur = gaussian(BLUR), slope = convolve(blur, [0.5, 0, -0.5]);
  return { directions: DIRECTIONS, blur, slope, mapBlur: gaussian(MAP_BLUR) };
})();
/** Length below which a vector counts as 0: an image without edges. */
const NO_EDGES = 1e-12;

/**
 * Maps of gradient strength by direction: like histograms of oriented gradients (Dalal and Triggs 2005),
 * but with smooth cells and without blocks.
 *
 * Each channel is blurred, its gradients are divided among the two nearest of six unsigned directions, and
 * the map of each direction is blurred and sampled at every second pixel. The square root keeps strong edges
 * from outweighing the others. Images of 56 pixels and more are first averaged down to about 28, and also to
 * about 14; those of 14 and fewer are enlarged to about 28.
 *
 * @param x Images, `[batch, height, width, channels]`.
 * @returns Vectors of length 1, `[batch, orientedSize]`; 0 for an image without edges.
 */
export function orientedFeatures(x: Tensor): Tensor2D {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const safe = tf.reshape(withSafeMagnitude(tf.reshape(x, [batch, -1])), x.shape);
  // Channels become separate images.
  const planes = tf.reshape<tf.Rank.R4>(
    channels === 1 ? safe : tf.transpose(safe, [0, 3, 1, 2]),
    [batch * channels, height, width, 1],
  );
  const parts = orientedScales([height, width, channels]).map((scale) => {
    return tf.reshape(directionMaps(resized(planes, scale), KERNELS), [batch, -1]);
  });
  const roots = parts.length === 1 ? parts[0]! : tf.concat(parts, 1);
  const lengths = tf.sqrt(tf.sum(tf.square(roots), 1, true));
  return tf.div<Tensor2D>(roots, tf.maximum(lengths, NO_EDGES));
}

/** Images averaged down, or enlarged. */
function resized(x: Tensor4D, { reduce, enlarge }: OrientedScale): Tensor4D {
  if (reduce > 1) return tf.avgPool(x, reduce, reduce, "same");
  if (enlarge === 1) return x;
  const [, height, width] = x.shape;
  return tf.image.resizeBilinear(x, [height * enlarge, width * enlarge], false, true);
}

/** The weights of a blur. */
function gaussian(sigma: number): number[] {
  return gaussianTaps(sigma, Math.ceil(TRUNCATE * sigma));
}

/** The full convolution of two kernels. */
function convolve(a: readonly number[], b: readonly number[]): number[] {
  const sums = new Array<number>(a.length + b.length - 1).fill(0);
  a.forEach((x, i) => b.forEach((y, j) => sums[i + j]! += x * y));
  return sums;
}
