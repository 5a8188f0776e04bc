/** The optimisers by name, and their weight decay. */

import * as tf from "@tensorflow/tfjs-core";
import { Adam } from "./adam.ts";
import { RmsProp } from "./rms_prop.ts";
import { Sgd } from "./sgd.ts";

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

/** The names of the optimisers. */
export const OPTIMIZER_NAMES = ["adam", "adamw", "sgd", "rmsprop"] as const;

/** The name of an optimiser. */
export type OptimizerName = typeof OPTIMIZER_NAMES[number];

/** Which optimiser, and its numbers. */
export interface RuleOptions {
  /** Which. @default {"adam"} */
  readonly optimizer?: OptimizerName | undefined;
  /** Of `sgd` and `rmsprop`: the part of a velocity that stays, in [0, 1). @default {0} */
  readonly momentum?: number | undefined;
  /** How fast weights decay; see {@linkcode createRule}. @default {0} */
  readonly weightDecay?: number | undefined;
}

/**
 * Makes an optimiser of some variables on the current backend.
 *
 * Weight decay λ is that of all variables. In `adamw` it is decoupled from the gradient, w = (1 - η λ) w
 * before the step (Loshchilov and Hutter 2019, arXiv 1711.05101, algorithm 2, with η in it as PyTorch has);
 * in all others it is an L2 penalty, g = g + λ w.
 *
 * @param variables What it moves.
 * @param options Which, and its numbers.
 * @returns The optimiser, at step 0.
 */
export async function createRule(
  variables: readonly tf.Variable[],
  { optimizer = "adam", momentum = 0, weightDecay = 0 }: RuleOptions = {},
): Promise<UpdateRule> {
  const rule = optimizer === "sgd"
    ? new Sgd(variables, momentum)
    : optimizer === "rmsprop"
    ? new RmsProp(variables, momentum)
    : await Adam.create(variables);
  if (weightDecay === 0) return rule;
  return new Decaying(rule, variables, weightDecay, optimizer === "adamw");
}

/** A rule under which weights decay. */
class Decaying implements UpdateRule {
  readonly #rule: UpdateRule;
  readonly #variables: readonly tf.Variable[];
  readonly #decay: number;
  readonly #decoupled: boolean;

  constructor(
    rule: UpdateRule,
    variables: readonly tf.Variable[],
    decay: number,
    decoupled: boolean,
  ) {
    this.#rule = rule;
    this.#variables = variables;
    this.#decay = decay;
    this.#decoupled = decoupled;
  }

  get steps(): number {
    return this.#rule.steps;
  }

  set steps(steps: number) {
    this.#rule.steps = steps;
  }

  get state(): readonly tf.Variable[] {
    return this.#rule.state;
  }

  apply(gradients: readonly tf.Tensor[], learningRate: number): void {
    tf.tidy(() => {
      const decay = this.#decay;
      if (this.#decoupled) {
        for (const v of this.#variables) v.assign(tf.mul(v, 1 - learningRate * decay));
        this.#rule.apply(gradients, learningRate);
      } else {
        const whole = gradients.map((g, i) => tf.add(g, tf.mul(this.#variables[i]!, decay)));
        this.#rule.apply(whole, learningRate);
      }
    });
  }

  dispose(): void {
    this.#rule.dispose();
  }
}
