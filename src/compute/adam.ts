/** The Adam optimiser. */

import * as tf from "@tensorflow/tfjs-core";
import type { AdamStep, AdamVariable } from "./adam_step.ts";
import { zerosLike } from "./sgd.ts";
import type { UpdateRule } from "./update_rule.ts";

/** Options of {@linkcode Adam}. */
export interface AdamOptions {
  /** Learning rate, greater than 0. @default {0.001} */
  readonly learningRate?: number;
  /** Decay of the first moment, in [0, 1). @default {0.9} */
  readonly beta1?: number;
  /** Decay of the second moment, in [0, 1). @default {0.999} */
  readonly beta2?: number;
  /** Added to the root of the second moment. @default {1e-8} */
  readonly epsilon?: number;
  /** Weight decay, at least 0. @default {0} */
  readonly weightDecay?: number;
  /** Whether decay is decoupled from the gradient, as in AdamW; else an L2 penalty. @default {false} */
  readonly decoupled?: boolean;
}

type Step = (all: readonly AdamVariable[], step: AdamStep) => void;

/** The implementation for the current backend. */
async function stepOfBackend(): Promise<Step> {
  switch (tf.getBackend()) {
    case "wasm": {
      const { session } = await import("./wasm/session.ts");
      return (all, { beta1, beta2, step, epsilon, penalty, kept }) => {
        for (const { weight, gradient, mean, variance } of all) {
          const tensors = [weight, gradient, mean, variance];
          const { size } = weight;
          session().run("adam", ...tensors, size, beta1, beta2, step, epsilon, penalty, kept);
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
 * On wasm a step is one pass in place per variable, on WebGPU one dispatch per four variables; on cpu it
 * is composed of tfjs operations.
 */
export class Adam implements UpdateRule {
  /** Number of steps taken. */
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
    this.#means = variables.map(zerosLike);
    this.#variances = variables.map(zerosLike);
    this.#step = step;
  }

  /**
   * Creates an optimiser on the current backend.
   *
   * @param variables The variables to update.
   * @param options Hyperparameters.
   * @returns The optimiser, at step 0.
   */
  static async create(
    variables: readonly tf.Variable[],
    options: AdamOptions = {},
  ): Promise<Adam> {
    return new Adam(variables, options, await stepOfBackend());
  }

  /** The moments, for a checkpoint: all first moments, then all second moments. */
  get state(): readonly tf.Variable[] {
    return [...this.#means, ...this.#variances];
  }

  /**
   * Updates the variables.
   *
   * @param gradients One per variable, in their order; the caller disposes of them.
   * @param learningRate Learning rate of this step. @default {that of the options}
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
  all: readonly AdamVariable[],
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
