/** Automatic differentiation, loaded only by what trains. */

import * as tf from "@tensorflow/tfjs-core";
import { registerGradients } from "./ops/mod.ts";
import { Tape } from "./tape.ts";

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

/**
 * The sum of some losses, and the gradient of `scale` times that sum, by our own tape.
 *
 * Much cheaper than {@linkcode valueAndGradients}, for losses that are made of our operations alone (and
 * of what `traced` tells of).
 *
 * @param losses Computes the losses, of any shape.
 * @param scale What the sum is multiplied by before it is differentiated.
 * @param variables What to differentiate by.
 * @returns The sum itself and one gradient a variable, in their order. The caller disposes of them.
 * @throws {TypeError} If the losses are made of other operations, or do not depend on all variables.
 */
export function sumAndGradients(
  losses: () => tf.Tensor,
  scale: number,
  variables: readonly tf.Variable[],
): { sum: tf.Scalar; gradients: tf.Tensor[] } {
  const tape = new Tape(variables);
  return tf.tidy(() => {
    const result = tape.run(losses);
    const sum = tf.sum<tf.Scalar>(result);
    const gradients = tape.back(result, tf.fill(result.shape, scale), variables);
    return { sum, gradients };
  });
}
