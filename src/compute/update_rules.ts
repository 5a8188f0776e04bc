/** The optimisers by name, and their weight decay. */

import * as tf from "@tensorflow/tfjs-core";
import { Adam } from "./adam.ts";
import { RmsProp } from "./rms_prop.ts";
import { Sgd } from "./sgd.ts";
import type { OptimizerName } from "./names.ts";
import type { UpdateRule } from "./update_rule.ts";

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
  if (optimizer === "adam" || optimizer === "adamw") {
    return await Adam.create(variables, { weightDecay, decoupled: optimizer === "adamw" });
  }
  const rule = optimizer === "sgd"
    ? new Sgd(variables, momentum)
    : new RmsProp(variables, momentum);
  return weightDecay === 0 ? rule : new Penalised(rule, variables, weightDecay);
}

/** A rule with an L2 penalty. */
class Penalised implements UpdateRule {
  readonly #rule: UpdateRule;
  readonly #variables: readonly tf.Variable[];
  readonly #penalty: number;

  constructor(rule: UpdateRule, variables: readonly tf.Variable[], penalty: number) {
    this.#rule = rule;
    this.#variables = variables;
    this.#penalty = penalty;
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
      const whole = gradients.map((g, i) => tf.add(g, tf.mul(this.#variables[i]!, this.#penalty)));
      this.#rule.apply(whole, learningRate);
    });
  }

  dispose(): void {
    this.#rule.dispose();
  }
}
