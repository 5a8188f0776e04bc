/** What every optimiser is. */

import type * as tf from "@tensorflow/tfjs-core";

/** How weights follow gradients. */
export interface UpdateRule {
  /** Steps taken so far. */
  steps: number;
  /** What it has learnt, for a checkpoint: one kind after the other, each in the order of the variables. */
  readonly state: readonly tf.Variable[];
  /**
   * Moves the variables.
   *
   * @param gradients One a variable, in their order; left to the caller to dispose of.
   * @param learningRate Of this step.
   */
  apply(gradients: readonly tf.Tensor[], learningRate: number): void;
  /** Frees the state. */
  dispose(): void;
}
