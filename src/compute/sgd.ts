/** Stochastic gradient descent, with momentum. */

import * as tf from "@tensorflow/tfjs-core";
import type { UpdateRule } from "./update_rule.ts";

/**
 * Stochastic gradient descent with momentum μ: v = μ v + g, w = w - η v.
 *
 * Source: Sutskever, Martens, Dahl and Hinton 2013, equations 1 and 2, in the form of PyTorch's `SGD`,
 * where a velocity is in units of gradients, so that a change of η works at once. Made of tfjs operations.
 */
export class Sgd implements UpdateRule {
  steps = 0;
  readonly state: readonly tf.Variable[];
  readonly #variables: readonly tf.Variable[];
  readonly #momentum: number;

  /**
   * @param variables What it moves.
   * @param momentum In [0, 1); with 0 there is no state.
   */
  constructor(variables: readonly tf.Variable[], momentum: number) {
    this.#variables = variables;
    this.#momentum = momentum;
    this.state = momentum > 0 ? variables.map(zeros) : [];
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

/** A variable of zeros of another's shape. */
export function zeros(variable: tf.Variable): tf.Variable {
  return tf.tidy(() => tf.variable(tf.zerosLike(variable), false));
}
