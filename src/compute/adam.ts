/** The Adam optimiser. */

import * as tf from "@tensorflow/tfjs-core";
import type { AdamStep, Moved } from "./adam_step.ts";
import type { UpdateRule } from "./update_rule.ts";

/** How Adam moves. */
export interface AdamOptions {
  /** Learning rate, greater than 0. @default {0.001} */
  readonly learningRate?: number;
  /** Decay of the mean of gradients, in [0, 1). @default {0.9} */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients, in [0, 1). @default {0.999} */
  readonly beta2?: number;
  /** Added to the root of the mean of squares. @default {1e-8} */
  readonly epsilon?: number;
  /** How fast weights decay, at least 0. @default {0} */
  readonly weightDecay?: number;
  /** Whether decay is apart from the gradient, as in AdamW, and no L2 penalty. @default {false} */
  readonly decoupled?: boolean;
}

type Step = (all: readonly Moved[], step: AdamStep) => void;

/** The step of the current backend. */
async function stepOfBackend(): Promise<Step> {
  switch (tf.getBackend()) {
    case "wasm": {
      const { wasmAdam } = await import("./wasm/adam.ts");
      return (all, step) => {
        for (const { weight, gradient, mean, variance } of all) {
          wasmAdam(weight, gradient, mean, variance, step);
        }
      };
    }
    case "webgpu":
      return (await import("./webgpu/adam.ts")).webgpuAdam;
    default:
      return plainStep;
  }
}

/**
 * Adam (Kingma and Ba 2015, arXiv 1412.6980, algorithm 1 in the order of its section 2).
 *
 * On wasm a variable's step is one pass in place, on WebGPU one dispatch for up to four variables; on cpu
 * it is made of tfjs operations.
 */
export class Adam implements UpdateRule {
  /** Steps taken so far. */
  steps = 0;
  readonly #variables: readonly tf.Variable[];
  readonly #means: tf.Variable[];
  readonly #variances: tf.Variable[];
  readonly #options: Required<AdamOptions>;
  readonly #step: Step;

  private constructor(
    variables: readonly tf.Variable[],
    options: AdamOptions,
    step: Step,
  ) {
    this.#variables = variables;
    this.#options = {
      ...{ learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      ...{ weightDecay: 0, decoupled: false },
      ...options,
    };
    const zeros = (v: tf.Variable) => tf.tidy(() => tf.variable(tf.zerosLike(v), false));
    this.#means = variables.map(zeros);
    this.#variances = variables.map(zeros);
    this.#step = step;
  }

  /**
   * An optimiser of some variables on the current backend.
   *
   * @param variables What it moves.
   * @param options How.
   * @returns The optimiser, at step 0.
   */
  static async create(
    variables: readonly tf.Variable[],
    options: AdamOptions = {},
  ): Promise<Adam> {
    return new Adam(variables, options, await stepOfBackend());
  }

  /** The moments, for a checkpoint: means, then variances, in the order of the variables. */
  get state(): readonly tf.Variable[] {
    return [...this.#means, ...this.#variances];
  }

  /**
   * Moves the variables.
   *
   * @param gradients One a variable, in their order; left to the caller to dispose of.
   * @param learningRate Of this step. @default {that of the options}
   */
  apply(gradients: readonly tf.Tensor[], learningRate = this.#options.learningRate): void {
    this.steps++;
    const { beta1, beta2, epsilon, weightDecay, decoupled } = this.#options;
    const correction = Math.sqrt(1 - beta2 ** this.steps);
    const step: AdamStep = {
      beta1,
      beta2,
      step: learningRate * correction / (1 - beta1 ** this.steps),
      epsilon: epsilon * correction,
      penalty: decoupled ? 0 : weightDecay,
      kept: decoupled ? 1 - learningRate * weightDecay : 1,
    };
    const all = this.#variables.map((weight, i) => ({
      weight,
      gradient: gradients[i]!,
      mean: this.#means[i]!,
      variance: this.#variances[i]!,
    }));
    this.#step(all, step);
  }

  /** Frees the moments. */
  dispose(): void {
    for (const moment of this.state) moment.dispose();
  }
}

function plainStep(
  all: readonly Moved[],
  { beta1, beta2, step, epsilon, penalty, kept }: AdamStep,
): void {
  for (const { weight, gradient: unpenalised, mean, variance } of all) {
    tf.tidy(() => {
      const gradient = penalty === 0 ? unpenalised : tf.add(unpenalised, tf.mul(weight, penalty));
      mean.assign(tf.add(tf.mul(mean, beta1), tf.mul(gradient, 1 - beta1)));
      variance.assign(tf.add(tf.mul(variance, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
      const move = tf.div(tf.mul(mean, step), tf.add(tf.sqrt(variance), epsilon));
      weight.assign(tf.sub(kept === 1 ? weight : tf.mul(weight, kept), move));
    });
  }
}
