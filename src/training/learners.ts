/** How the models of kinds of their own learn, step by step. */

import { type Tensor, tf, valueAndGradients, type Variable } from "../compute/mod.ts";
import type { Cvae, Moments, Rbm, Resnet, TrainingPass } from "../models/mod.ts";
import type { LabelledBatch, LabelledLearner } from "./fit_learner.ts";
import type { TrainingState } from "./fit_options.ts";
import { type ProcessGroup, SINGLE_PROCESS } from "./process_group.ts";
import { Optimiser } from "./optimiser.ts";
import type { Hyperparameters } from "./hyperparameters.ts";

/** A model that learns by the gradient of one loss. */
export interface Differentiable {
  /** What is moved. */
  readonly trainable: Variable[];
  /** The loss of each image of a batch as trained. */
  loss(batch: LabelledBatch, pass: TrainingPass): Tensor;
  /** The loss without chance, summed over images. */
  finalLoss(batch: LabelledBatch): Tensor;
  /** Merges a step's batch statistics into the running ones. */
  update(moments: readonly Moments[]): void;
}

/** The losses of a conditional variational autoencoder. */
export function cvaeLosses(model: Cvae): Differentiable {
  return {
    trainable: model.trainable,
    loss: ({ x, classes }, pass) => model.trainingLoss(x, classes, pass),
    finalLoss: ({ x, classes }) => {
      const { loss, kl } = model.errors(x, classes);
      return tf.sum(tf.add(loss, tf.mul(kl!, model.spec.beta)));
    },
    update: (moments) => model.update(moments),
  };
}

/** The losses of a classifier. */
export function resnetLosses(model: Resnet): Differentiable {
  return {
    trainable: model.trainable,
    loss: ({ x, classes }, pass) => model.loss(pass.input ?? x, classes, pass),
    finalLoss: ({ x, classes }) => tf.sum(model.loss(x, classes)),
    update: (moments) => model.update(moments),
  };
}

/** What a learner starts from. */
export interface Start {
  /** The optimiser's settings. */
  readonly hyperparameters: Hyperparameters;
  /** Images a step. */
  readonly batch: number;
  /** The member. @default {alone} */
  readonly group?: ProcessGroup | undefined;
  /** Where to go on. */
  readonly resume?: TrainingState | undefined;
}

/** Keeps and restores weights. */
type Keeper = Pick<LabelledLearner, "snapshot" | "restore">;

/** Keeps weights, those of a state first. */
export function keep(model: Keeper, resume: TrainingState | undefined): Keeper {
  if (resume) model.restore(resume.weights);
  return {
    snapshot: () => model.snapshot(),
    restore: (weights) => model.restore(weights),
  };
}

/** A learner that follows the gradient of one loss. */
export async function gradientLearner(
  model: Keeper,
  { trainable, loss, finalLoss, update }: Differentiable,
  { hyperparameters, group = SINGLE_PROCESS, resume }: Start,
): Promise<LabelledLearner> {
  const keeper = keep(model, resume);
  const optimiser = await Optimiser.create(trainable, hyperparameters, group, resume?.optimiser);
  return {
    ...keeper,
    optimiser,
    step(batch, pass, rate) {
      const mean = () => tf.div<tf.Scalar>(tf.sum(loss(batch, pass)), batch.of);
      const value = descend(optimiser, trainable, rate, mean);
      update(pass.moments);
      return summed(value, batch);
    },
    loss: finalLoss,
  };
}

/**
 * A learner of a restricted Boltzmann machine: contrastive divergence.
 *
 * What goes in is all that it learns from: images that augmentation spoils are taken as they are.
 */
export async function rbmLearner(
  model: Rbm,
  { hyperparameters, group = SINGLE_PROCESS, resume }: Start,
): Promise<LabelledLearner> {
  const keeper = keep(model, resume);
  const { trainable } = model;
  const optimiser = await Optimiser.create(trainable, hyperparameters, group, resume?.optimiser);
  return {
    ...keeper,
    optimiser,
    step({ x, of }, pass, rate) {
      const gradients = model.gradients(pass.input ?? x, pass.uniform, of);
      optimiser.apply(gradients, rate);
      tf.dispose(gradients);
      return tf.tidy(() => tf.sum(model.errors(x).loss));
    },
    loss: ({ x }) => tf.sum(model.errors(x).loss),
  };
}

/** One step down a mean loss; returns it. */
function descend(
  optimiser: Optimiser,
  variables: readonly Variable[],
  rate: number,
  loss: () => tf.Scalar,
): Tensor {
  const { value, gradients } = valueAndGradients(loss, variables);
  optimiser.apply(gradients, rate);
  tf.dispose(gradients);
  return value;
}

/** A mean loss as a sum over images; the mean is disposed of. */
function summed(mean: Tensor, { of }: LabelledBatch): Tensor {
  const sum = tf.mul(mean, of);
  mean.dispose();
  return sum;
}
