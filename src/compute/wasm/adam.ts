/** One step of Adam, in place. */

import * as tf from "@tensorflow/tfjs-core";
import type { AdamStep } from "../adam_step.ts";
import { session } from "./session.ts";

/** One Adam step on one variable, in place: weight, mean and variance are overwritten. */
export function wasmAdam(
  weight: tf.TensorInfo,
  gradient: tf.TensorInfo,
  mean: tf.TensorInfo,
  variance: tf.TensorInfo,
  { beta1, beta2, step, epsilon, penalty, kept }: AdamStep,
): void {
  const s = session();
  s.kernels.adam(
    s.address(weight),
    s.address(gradient),
    s.address(mean),
    s.address(variance),
    tf.util.sizeFromShape(weight.shape),
    beta1,
    beta2,
    step,
    epsilon,
    penalty,
    kept,
  );
}
