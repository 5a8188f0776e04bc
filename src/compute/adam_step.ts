/** What one step of Adam is told, on every backend. */

import type * as tf from "@tensorflow/tfjs-core";

/** The numbers of one Adam step. See `kernels/assembly/adam.ts`. */
export interface AdamStep {
  /** Decay of the mean of gradients. */
  readonly beta1: number;
  /** Decay of the mean of squared gradients. */
  readonly beta2: number;
  /** The learning rate, with both bias corrections. */
  readonly step: number;
  /** Epsilon-hat of the paper. */
  readonly epsilon: number;
  /** Times a weight, what is added to its gradient. */
  readonly penalty: number;
  /** What stays of a weight before it is moved. */
  readonly kept: number;
}

/** What a step moves, and by what. */
export interface Moved {
  /** The variable. */
  readonly weight: tf.Variable;
  /** Its gradient. */
  readonly gradient: tf.Tensor;
  /** Mean of gradients. */
  readonly mean: tf.Variable;
  /** Mean of squared gradients. */
  readonly variance: tf.Variable;
}
