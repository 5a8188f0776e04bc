/** Losses: sums over pixels, one value an image, so that the terms of an ELBO can be added. */

import { type Tensor, type Tensor1D, type Tensor2D, tf } from "../compute/mod.ts";

/** A reconstruction loss. */
export type ReconstructionLoss = "mse" | "bce";

/** The reconstruction losses, by name. */
export const RECONSTRUCTION_LOSS_NAMES: readonly ReconstructionLoss[] = ["mse", "bce"];

function sumPerImage(x: Tensor): Tensor1D {
  return tf.sum(tf.reshape(x, [x.shape[0]!, -1]), 1);
}

/** Squared error of `sigmoid(logits)`. */
function squaredError(x: Tensor, logits: Tensor): Tensor1D {
  return sumPerImage(tf.squaredDifference(x, tf.sigmoid(logits)));
}

/**
 * Binary cross-entropy of `sigmoid(logits)` in nats, computed from the logits so that it is finite:
 * max(l, 0) - l x + log(1 + exp(-|l|)).
 */
function binaryCrossEntropy(x: Tensor, logits: Tensor): Tensor1D {
  const softplus = tf.log1p(tf.exp(tf.neg(tf.abs(logits))));
  return sumPerImage(tf.add(tf.sub(tf.relu(logits), tf.mul(logits, x)), softplus));
}

/** By name: images in [0, 1] and logits, both `[batch, …]`, to one value an image. */
export const RECONSTRUCTION_LOSSES: Readonly<
  Record<ReconstructionLoss, (x: Tensor, logits: Tensor) => Tensor1D>
> = { mse: squaredError, bce: binaryCrossEntropy };

/**
 * KL divergence of N(mean, exp(logVariance)) from N(0, 1), summed over the latent.
 *
 * Source: Kingma and Welling 2014 (arXiv 1312.6114), appendix B.
 *
 * @param mean `[batch, latent]`.
 * @param logVariance `[batch, latent]`.
 * @returns Nats, `[batch]`.
 */
export function klDivergence(mean: Tensor2D, logVariance: Tensor2D): Tensor1D {
  const inner = tf.sub(tf.add(tf.square(mean), tf.exp(logVariance)), tf.add(logVariance, 1));
  return tf.mul(tf.sum(inner, 1), 0.5);
}
