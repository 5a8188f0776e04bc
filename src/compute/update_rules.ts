/** Creates optimisers by name, with weight decay. */

import * as tf from "@tensorflow/tfjs-core";
import { Adam } from "./adam.ts";
import { RmsProp } from "./rms_prop.ts";
import { Sgd } from "./sgd.ts";
import type { OptimizerName } from "./names.ts";
import type { UpdateRule } from "./update_rule.ts";

/** Options of {@linkcode createRule}. */
export interface RuleOptions {
  /** The optimiser. @default {"adam"} */
  readonly optimizer?: OptimizerName | undefined;
  /** Momentum of `sgd` and `rmsprop`, in [0, 1). @default {0} */
  readonly momentum?: number | undefined;
  /** Weight decay; see {@linkcode createRule}. @default {0} */
  readonly weightDecay?: number | undefined;
}

/**
 * Creates an optimiser on the current backend.
 *
 * Weight decay λ applies to all variables. In `adamw` it is decoupled from the gradient, w = (1 - η λ) w
 * before the step (Loshchilov and Hutter 2019, arXiv 1711.05101, algorithm 2, including η as in PyTorch);
 * in the others it is an L2 penalty, g = g + λ w.
 *
 * @param variables The variables to update.
 * @param options The optimiser and its hyperparameters.
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
  return weightDecay === 0 ? rule : new PenalisedRule(rule, variables, weightDecay);
}

/** Adds an L2 penalty to a rule. */
class PenalisedRule implements UpdateRule {
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
      const penalised = gradients.map((g, i) =>
        tf.add(g, tf.mul(this.#variables[i]!, this.#penalty))
      );
      this.#rule.apply(penalised, learningRate);
    });
  }

  dispose(): void {
    this.#rule.dispose();
  }
}
