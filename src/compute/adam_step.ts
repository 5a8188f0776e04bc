/** Arguments of one step of Adam, on every backend. */

import type * as tf from "@tensorflow/tfjs-core";

/** Constants of one Adam step. See `kernels/assembly/adam.ts`. */
export interface AdamStep {
  /** Decay of the first moment. */
  readonly beta1: number;
  /** Decay of the second moment. */
  readonly beta2: number;
  /** The learning rate, including both bias corrections. */
  readonly step: number;
  /** Epsilon-hat of the paper. */
  readonly epsilon: number;
  /** L2 penalty: `penalty * weight` is added to the gradient. */
  readonly penalty: number;
  /** Factor of the weight before the update; 1 without decoupled decay. */
  readonly kept: number;
}

/** A variable with its gradient and moments. */
export interface AdamVariable {
  /** The variable. */
  readonly weight: tf.Variable;
  /** Its gradient. */
  readonly gradient: tf.Tensor;
  /** First moment: running mean of gradients. */
  readonly mean: tf.Variable;
  /** Second moment: running mean of squared gradients. */
  readonly variance: tf.Variable;
}
