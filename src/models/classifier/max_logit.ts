/** The score by the logits of a classifier. */

import { type Tensor, type Tensor1D, tf } from "../../compute/mod.ts";

/** Minus the largest logit, `[batch]`, of logits `[batch, classes]`. */
export function maxLogitScore(logits: Tensor): Tensor1D {
  return tf.neg(tf.max(logits, 1));
}
