/** Gradients of bounded length. */

import * as tf from "@tensorflow/tfjs-core";

/** Added to the norm, so that it can be divided by (as `clip_grad_norm_` of PyTorch does). */
export const NORM_EPSILON = 1e-6;

/**
 * Shortens gradients whose norm, taken over all of them together, is more than a bound.
 *
 * Source: Pascanu, Mikolov and Bengio 2013 (arXiv 1211.5063), algorithm 1. Their direction stays. Made of
 * tfjs operations: nothing is read back.
 *
 * @param gradients Any number; left as they are.
 * @param most The greatest norm, above 0.
 * @returns As many, each times min(1, most / norm); the caller disposes of them.
 */
export function clipByNorm(gradients: readonly tf.Tensor[], most: number): tf.Tensor[] {
  return tf.tidy(() => {
    const squares = gradients.map((gradient) => tf.sum(tf.square(gradient)));
    // Not addN: WebGPU binds no more than 8 tensors at once, and says nothing.
    const norm = tf.sqrt(squares.reduce((sum, square) => tf.add(sum, square)));
    const scale = tf.minimum(1, tf.div(most, tf.add(norm, NORM_EPSILON)));
    return gradients.map((gradient) => tf.mul(gradient, scale));
  });
}
