/** The RMSProp optimiser. */

import * as tf from "@tensorflow/tfjs-core";
import { zerosLike } from "./sgd.ts";
import type { UpdateRule } from "./update_rule.ts";

/** Decay of the mean square, and the number added to its root: PyTorch's defaults. */
const DECAY = 0.99, EPSILON = 1e-8;

/**
 * RMSProp: s = 0.99 s + 0.01 g^2, w = w - η g / (sqrt(s) + 1e-8).
 *
 * Source: Tieleman and Hinton 2012, lecture 6.5 of "Neural networks for machine learning", not centred. With
 * momentum μ the quotient accumulates in a velocity, v = μ v + g / (sqrt(s) + 1e-8), as in PyTorch's
 * `RMSprop`. Composed of tfjs operations.
 */
export class RmsProp implements UpdateRule {
  steps = 0;
  readonly #variables: readonly tf.Variable[];
  readonly #squares: readonly tf.Variable[];
  readonly #velocities: readonly tf.Variable[];
  readonly #momentum: number;

  /**
   * @param variables The variables to update.
   * @param momentum In [0, 1).
   */
  constructor(variables: readonly tf.Variable[], momentum: number) {
    this.#variables = variables;
    this.#momentum = momentum;
    this.#squares = variables.map(zerosLike);
    this.#velocities = momentum > 0 ? variables.map(zerosLike) : [];
  }

  get state(): readonly tf.Variable[] {
    return [...this.#squares, ...this.#velocities];
  }

  apply(gradients: readonly tf.Tensor[], learningRate: number): void {
    this.steps++;
    this.#variables.forEach((weight, i) =>
      tf.tidy(() => {
        const gradient = gradients[i]!, square = this.#squares[i]!, velocity = this.#velocities[i];
        square.assign(tf.add(tf.mul(square, DECAY), tf.mul(tf.square(gradient), 1 - DECAY)));
        const move = tf.div(gradient, tf.add(tf.sqrt(square), EPSILON));
        velocity?.assign(tf.add(tf.mul(velocity, this.#momentum), move));
        weight.assign(tf.sub(weight, tf.mul(velocity ?? move, learningRate)));
      })
    );
  }

  dispose(): void {
    for (const variable of this.state) variable.dispose();
  }
}
