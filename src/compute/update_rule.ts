/** The interface of optimisers. */

import type * as tf from "@tensorflow/tfjs-core";

/** Updates weights by gradients. */
export interface UpdateRule {
  /** Number of steps taken. */
  steps: number;
  /** Moments, for a checkpoint: grouped by type, each in the order of the variables. */
  readonly state: readonly tf.Variable[];
  /**
   * Updates the variables.
   *
   * @param gradients One per variable, in their order; the caller disposes of them.
   * @param learningRate Learning rate of this step.
   */
  apply(gradients: readonly tf.Tensor[], learningRate: number): void;
  /** Frees the state. */
  dispose(): void;
}
