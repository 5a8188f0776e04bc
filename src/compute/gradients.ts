/** Automatic differentiation, loaded only by what trains. */

import * as tf from "@tensorflow/tfjs-core";
import { registerGradients } from "./ops/mod.ts";

/**
 * Makes gradients available.
 *
 * tfjs's core differentiates nothing by itself: the rules come with its umbrella package, which takes
 * twice as long to load. Scoring never needs them.
 */
export async function enableGradients(): Promise<void> {
  await import("@tensorflow/tfjs");
  registerGradients();
}

/**
 * A loss, and its gradient with respect to some variables.
 *
 * @param loss Computes a scalar.
 * @param variables What to differentiate by.
 * @returns The loss and one gradient a variable, in their order. The caller disposes of them.
 */
export function valueAndGradients(
  loss: () => tf.Scalar,
  variables: readonly tf.Variable[],
): { value: tf.Scalar; gradients: tf.Tensor[] } {
  const { value, grads } = tf.variableGrads(loss, [...variables]);
  return { value, gradients: variables.map((variable) => grads[variable.name]!) };
}
