/** Gradients of losses, by whichever tape can tell them. */

import {
  sumAndGradients,
  type Tensor,
  tf,
  valueAndGradients,
  type Variable,
} from "../compute/mod.ts";

/** What to differentiate. */
export interface Objective {
  /** Computes the losses, one an image. */
  readonly losses: () => Tensor;
  /** What their sum is multiplied by before it is differentiated: 1 / images of the batch. */
  readonly scale: number;
  /** What to differentiate by. */
  readonly variables: readonly Variable[];
  /** Whether the losses are made of our operations alone: then our tape does it, which is faster. */
  readonly traceable: boolean;
}

/** The sum of losses, and one gradient a variable; the caller disposes of them. */
export interface Slopes {
  readonly sum: Tensor;
  readonly gradients: Tensor[];
}

/**
 * The sum of losses, and the gradient of `scale` times it.
 *
 * @param objective The losses.
 * @returns Of this member's images.
 */
export function slopesOf({ losses, scale, variables, traceable }: Objective): Slopes {
  if (traceable) return sumAndGradients(losses, scale, variables);
  const loss = () => tf.mul(tf.sum(losses()), scale) as tf.Scalar;
  const { value, gradients } = valueAndGradients(loss, variables);
  const sum = tf.div(value, scale);
  value.dispose();
  return { sum, gradients };
}
