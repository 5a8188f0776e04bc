/** A learner that follows the gradient of one loss. */

import {
  sumAndGradients,
  type Tensor,
  tf,
  valueAndGradients,
  type Variable,
} from "../compute/mod.ts";
import type { TrainingState } from "./fit_options.ts";
import type { Hyperparameters } from "./hyperparameters.ts";
import type {
  LabelledBatch,
  LayerStatistics,
  Learner,
  MakeExample,
  TrainingPass,
} from "./learner.ts";
import { Optimiser } from "./optimiser.ts";
import type { Parameter, Weights } from "./parameter.ts";
import { type ProcessGroup, SINGLE_PROCESS } from "./process_group.ts";
import { TensorParallelDense } from "./tensor_parallel_dense.ts";

/** A model that learns by gradients. */
export interface GradientModel {
  /** All parameters, trained or not. */
  readonly parameters: readonly Parameter[];
  /** Parameters whose matrices may be sharded over a process group. @default {[]} */
  readonly shardable?: readonly Parameter[] | undefined;
  /** Whether the training loss consists of our operations alone, so that our tape differentiates it. */
  readonly traceable: boolean;
  /** Makes the examples of all batches. @default {images with their labels, augmented in training} */
  readonly makeExample?: MakeExample | undefined;
  /** The loss as trained, `[batch]`. */
  trainingLoss(batch: Pick<LabelledBatch, "x" | "classes">, pass: TrainingPass): Tensor;
  /** The loss without random draws, `[batch]`. */
  validationLoss(x: Tensor, classes: Int32Array): Tensor;
  /** Merges a step's batch statistics into the running ones. */
  update(statistics: readonly LayerStatistics[]): void;
  /** Copies all weights. */
  snapshot(): Promise<Weights>;
  /** Sets all weights. */
  restore(weights: Weights): void;
}

/** The setting in which a learner starts. */
export interface LearnerStart {
  /** The optimiser's settings. @default {plain Adam} */
  readonly hyperparameters?: Hyperparameters | undefined;
  /** Images per step. */
  readonly batch: number;
  /** The member. @default {one process} */
  readonly group?: ProcessGroup | undefined;
  /** The state to resume from. */
  readonly resume?: TrainingState | undefined;
}

/** Values of the parameters that the optimiser updates. */
export function trainableOf(parameters: readonly Parameter[]): Variable[] {
  return parameters.filter(({ trainable }) => trainable).map(({ value }) => value);
}

/**
 * Makes a learner of a model.
 *
 * @param model The model, trained in place.
 * @param start The setting.
 * @returns The learner.
 */
export async function gradientLearner(
  model: GradientModel,
  { hyperparameters = {}, batch, group = SINGLE_PROCESS, resume }: LearnerStart,
): Promise<Learner> {
  if (resume) model.restore(resume.weights);
  const sharded = new TensorParallelDense(model.shardable ?? [], batch, group);
  const optimiser = await Optimiser.create(
    trainableOf(model.parameters),
    hyperparameters,
    { group, resume: resume?.optimiser, shards: sharded.shards },
  );
  return {
    optimiser,
    makeExample: model.makeExample,
    step(batch, pass, learningRate) {
      const dense = sharded.shards.length > 0 ? sharded.layers(batch.wholeSize) : undefined;
      const { sum, gradients } = lossGradients({
        losses: () => model.trainingLoss(batch, { ...pass, dense }),
        scale: (pass.lossScale ?? 1) / batch.wholeSize,
        variables: optimiser.variables,
        traceable: model.traceable,
      });
      optimiser.apply(gradients, learningRate);
      model.update(pass.statistics);
      tf.dispose(gradients);
      return sum;
    },
    validationLoss: ({ x, classes }) => model.validationLoss(x, classes),
    snapshot: () => model.snapshot(),
    restore: (weights) => model.restore(weights),
  };
}

/** A loss to differentiate. */
export interface Objective {
  /** Computes the losses, `[batch]`. */
  readonly losses: () => Tensor;
  /** Factor of their sum before it is differentiated: 1 / images of the batch. */
  readonly scale: number;
  /** The variables to differentiate by. */
  readonly variables: readonly Variable[];
  /** Whether the losses consist of our operations alone: our tape is faster than tfjs's. */
  readonly traceable: boolean;
}

/**
 * The sum of losses, and the gradient of `scale` times it.
 *
 * @param objective The losses.
 * @returns The sum over this member's images and one gradient per variable; the caller disposes of them.
 */
export function lossGradients(
  { losses, scale, variables, traceable }: Objective,
): { readonly sum: Tensor; readonly gradients: Tensor[] } {
  if (traceable) return sumAndGradients(losses, scale, variables);
  const loss = () => tf.mul(tf.sum(losses()), scale) as tf.Scalar;
  const { value, gradients } = valueAndGradients(loss, variables);
  const sum = tf.div(value, scale);
  value.dispose();
  return { sum, gradients };
}
