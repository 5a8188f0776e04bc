/** How the models of kinds of their own learn, step by step. */

import { Adam, type Tensor, tf, valueAndGradients, type Variable } from "../compute/mod.ts";
import type { Aae, Cvae, Moments, Rbm, Resnet, TrainingPass } from "../models/mod.ts";
import type { LabelledBatch, Learner } from "./fit_learner.ts";

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
    loss: ({ x, classes }, pass) => model.loss(x, classes, pass),
    finalLoss: ({ x, classes }) => tf.sum(model.loss(x, classes)),
    update: (moments) => model.update(moments),
  };
}

/** Keeps and restores weights. */
type Keeper = Pick<Learner, "snapshot" | "restore">;

/** A learner that follows the gradient of one loss by Adam. */
export async function gradientLearner(
  model: Keeper,
  { trainable, loss, finalLoss, update }: Differentiable,
  learningRate: number,
): Promise<Learner> {
  const adam = await Adam.create(trainable);
  return {
    step(batch, pass) {
      const value = descend(adam, trainable, learningRate, () => tf.mean(loss(batch, pass)));
      update(pass.moments);
      return summed(value, batch);
    },
    loss: finalLoss,
    snapshot: () => model.snapshot(),
    restore: (weights) => model.restore(weights),
    dispose: () => adam.dispose(),
  };
}

/**
 * A learner of an adversarial autoencoder: each batch is one step of the autoencoder, then one of the
 * discriminator, then one of the encoder against it (Makhzani et al. 2015, section 2), each with an Adam
 * of its own.
 */
export async function aaeLearner(model: Aae, learningRate: number): Promise<Learner> {
  const { autoencoder, encoder, discriminator } = model.players;
  const adams = {
    autoencoder: await Adam.create(autoencoder),
    encoder: await Adam.create(encoder),
    discriminator: await Adam.create(discriminator),
  };
  /** Codes as they are in training; the batch's statistics are merged once a step, not here. */
  const codes = (x: Tensor, pass: TrainingPass): Tensor => {
    const aside = { ...pass, moments: [] as Moments[] };
    const code = model.encode(x, aside);
    for (const { mean, variance } of aside.moments) tf.dispose([mean, variance]);
    return code;
  };
  return {
    step(batch, pass) {
      const { x } = batch, count = x.shape[0]!;
      const value = descend(
        adams.autoencoder,
        autoencoder,
        learningRate,
        () => tf.mean(model.trainingLoss(x, pass)),
      );
      model.update(pass.moments);
      const code = tf.tidy(() => codes(x, pass));
      const doubt = descend(adams.discriminator, discriminator, learningRate, () => {
        const drawn = model.surprise(model.prior(count, pass), true);
        return tf.mean(tf.add(drawn, model.surprise(code, false)));
      });
      const deceit = descend(
        adams.encoder,
        encoder,
        learningRate,
        () => tf.mean(model.surprise(codes(x, pass), true)),
      );
      tf.dispose([code, doubt, deceit]);
      return summed(value, batch);
    },
    loss: ({ x }) => tf.sum(model.errors(x).loss),
    snapshot: () => model.snapshot(),
    restore: (weights) => model.restore(weights),
    dispose: () => Object.values(adams).forEach((adam) => adam.dispose()),
  };
}

/** A learner of a restricted Boltzmann machine: contrastive divergence, followed by Adam. */
export async function rbmLearner(model: Rbm, learningRate: number): Promise<Learner> {
  const { trainable } = model;
  const adam = await Adam.create(trainable);
  return {
    step({ x }, pass) {
      const gradients = model.gradients(x, pass.uniform);
      adam.apply(gradients, learningRate);
      tf.dispose(gradients);
      return tf.tidy(() => tf.sum(model.errors(x).loss));
    },
    loss: ({ x }) => tf.sum(model.errors(x).loss),
    snapshot: () => model.snapshot(),
    restore: (weights) => model.restore(weights),
    dispose: () => adam.dispose(),
  };
}

/** One step down a mean loss; returns it. */
function descend(
  adam: Adam,
  variables: readonly Variable[],
  learningRate: number,
  loss: () => tf.Scalar,
): Tensor {
  const { value, gradients } = valueAndGradients(loss, variables);
  adam.apply(gradients, learningRate);
  tf.dispose(gradients);
  return value;
}

/** A mean loss as a sum over images; the mean is disposed of. */
function summed(mean: Tensor, { classes }: LabelledBatch): Tensor {
  const sum = tf.mul(mean, classes.length);
  mean.dispose();
  return sum;
}
