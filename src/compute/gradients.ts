/** Automatic differentiation; only training loads it. */

import * as tf from "@tensorflow/tfjs-core";
import { registerGradients } from "./ops/mod.ts";
import { Tape } from "./tape.ts";

/**
 * Loads the gradients.
 *
 * tfjs's umbrella package, which has them, takes twice as long to load as its core, and scoring does not
 * need it.
 */
export async function enableGradients(): Promise<void> {
  await import("./_tfjs_gradients.ts");
  registerGradients();
}

/**
 * Computes a value and its gradients on tfjs's tape, for any tfjs operations.
 *
 * @param loss Computes the value, a scalar.
 * @param variables Variables to differentiate with respect to.
 * @returns The value and one gradient per variable, in their order. The caller disposes of them.
 */
export function valueAndGradients(
  loss: () => tf.Scalar,
  variables: readonly tf.Variable[],
): { value: tf.Scalar; gradients: tf.Tensor[] } {
  const { value, grads } = tf.variableGrads(loss, [...variables]);
  return { value, gradients: variables.map((variable) => grads[variable.name]!) };
}

/**
 * Computes the sum of losses, and the gradients of `scale` times that sum, on our own tape.
 *
 * Much cheaper than {@linkcode valueAndGradients}; requires losses composed of our operations (and
 * {@linkcode traced} ones) alone.
 *
 * @param losses Computes the losses, of any shape.
 * @param scale Factor of the sum in the gradients.
 * @param variables Variables to differentiate with respect to.
 * @returns The sum itself and one gradient per variable, in their order. The caller disposes of them.
 * @throws {TypeError} If the losses involve other operations, or do not depend on all variables.
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
