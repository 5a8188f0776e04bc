/** Stochastic gradient descent, with momentum. */

import * as tf from "@tensorflow/tfjs-core";
import type { UpdateRule } from "./update_rule.ts";

/**
 * Stochastic gradient descent with momentum μ: v = μ v + g, w = w - η v.
 *
 * Source: Sutskever, Martens, Dahl and Hinton 2013, equations 1 and 2, in the form of PyTorch's `SGD`,
 * where the velocity has the unit of gradients, so that a new η applies at once. Composed of tfjs
 * operations.
 */
export class Sgd implements UpdateRule {
  steps = 0;
  readonly state: readonly tf.Variable[];
  readonly #variables: readonly tf.Variable[];
  readonly #momentum: number;

  /**
   * @param variables The variables to update.
   * @param momentum In [0, 1); 0 needs no state.
   */
  constructor(variables: readonly tf.Variable[], momentum: number) {
    this.#variables = variables;
    this.#momentum = momentum;
    this.state = momentum > 0 ? variables.map(zerosLike) : [];
  }

  apply(gradients: readonly tf.Tensor[], learningRate: number): void {
    this.steps++;
    this.#variables.forEach((weight, i) =>
      tf.tidy(() => {
        const velocity = this.state[i];
        velocity?.assign(tf.add(tf.mul(velocity, this.#momentum), gradients[i]!));
        weight.assign(tf.sub(weight, tf.mul(velocity ?? gradients[i]!, learningRate)));
      })
    );
  }

  dispose(): void {
    for (const velocity of this.state) velocity.dispose();
  }
}

/** A variable of zeros with the shape of another. */
export function zerosLike(variable: tf.Variable): tf.Variable {
  return tf.tidy(() => tf.variable(tf.zerosLike(variable), false));
}
