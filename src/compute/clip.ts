/** Gradient clipping by norm. */

import * as tf from "@tensorflow/tfjs-core";

/** Added to the norm before dividing by it, as in PyTorch's `clip_grad_norm_`. */
export const NORM_EPSILON = 1e-6;

/**
 * Scales gradients down if their global norm exceeds a bound.
 *
 * Source: Pascanu, Mikolov and Bengio 2013 (arXiv 1211.5063), algorithm 1. Composed of tfjs operations:
 * nothing is read back.
 *
 * @param gradients Any number of tensors, unchanged.
 * @param most The maximum norm, above 0.
 * @returns The gradients, each times min(1, most / norm); the caller disposes of them.
 */
export function clipByNorm(gradients: readonly tf.Tensor[], most: number): tf.Tensor[] {
  return tf.tidy(() => {
    const squares = gradients.map((gradient) => tf.sum(tf.square(gradient)));
    // Not addN: on WebGPU it fails silently for more than 8 tensors.
    const norm = tf.sqrt(squares.reduce((sum, square) => tf.add(sum, square)));
    const scale = tf.minimum(1, tf.div(most, tf.add(norm, NORM_EPSILON)));
    return gradients.map((gradient) => tf.mul(gradient, scale));
  });
}
