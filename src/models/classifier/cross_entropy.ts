/** The loss of classifiers. */

import { type Tensor, type Tensor1D, type Tensor2D, tf, traced } from "../../compute/mod.ts";
import { oneHot } from "../network/one_hot.ts";

/**
 * The cross-entropy of each image's class, with its target smoothed: 1 - `smoothing` for the class, and
 * `smoothing` shared by all classes (Szegedy et al. 2016, arXiv 1512.00567, section 7).
 *
 * @param logits `[batch, classes]`.
 * @param classes Index of each image's class; all are known.
 * @param smoothing From 0 to less than 1. @default {0}
 * @returns Nats, `[batch]`.
 */
export function crossEntropy(logits: Tensor, classes: Int32Array, smoothing = 0): Tensor1D {
  const count = logits.shape.at(-1)!;
  const targets = (): Tensor2D =>
    tf.add(tf.mul(oneHot(classes, count), 1 - smoothing), smoothing / count);
  return traced(
    { logits },
    () => tf.tidy(() => tf.neg(tf.sum(tf.mul(targets(), tf.logSoftmax(logits)), 1))),
    (dy) => ({
      logits: () => tf.mul(tf.sub(tf.softmax(logits as Tensor2D), targets()), tf.expandDims(dy, 1)),
    }),
  ) as Tensor1D;
}
