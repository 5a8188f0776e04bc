/** How the models of kinds of their own learn, step by step. */

import {
  clipByNorm,
  createRule,
  type Tensor,
  tf,
  type UpdateRule,
  valueAndGradients,
  type Variable,
} from "../compute/mod.ts";
import type { Aae, Cvae, Moments, Rbm, Resnet, TrainingPass } from "../models/mod.ts";
import type { LabelledBatch, Learner } from "./fit_learner.ts";
import type { Recipe } from "./recipe.ts";

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

/** A learner that follows the gradient of one loss. */
export async function gradientLearner(
  model: Keeper,
  { trainable, loss, finalLoss, update }: Differentiable,
  recipe: Recipe,
): Promise<Learner> {
  const rule = await createRule(trainable, recipe);
  return {
    step(batch, pass, rate) {
      const mean = () => tf.mean<tf.Scalar>(loss(batch, pass));
      const value = descend({ rule, variables: trainable, rate, clip: recipe.clip }, mean);
      update(pass.moments);
      return summed(value, batch);
    },
    loss: finalLoss,
    snapshot: () => model.snapshot(),
    restore: (weights) => model.restore(weights),
    dispose: () => rule.dispose(),
  };
}

/**
 * A learner of an adversarial autoencoder: each batch is one step of the autoencoder, then one of the
 * discriminator, then one of the encoder against it (Makhzani et al. 2015, section 2), each with an
 * optimiser of its own.
 */
export async function aaeLearner(model: Aae, recipe: Recipe): Promise<Learner> {
  const { autoencoder, encoder, discriminator } = model.players;
  const { clip } = recipe;
  const rules = {
    autoencoder: await createRule(autoencoder, recipe),
    encoder: await createRule(encoder, recipe),
    discriminator: await createRule(discriminator, recipe),
  };
  /** Codes as they are in training; the batch's statistics are merged once a step, not here. */
  const codes = (x: Tensor, pass: TrainingPass): Tensor => {
    const aside = { ...pass, moments: [] as Moments[] };
    const code = model.encode(x, aside);
    for (const { mean, variance } of aside.moments) tf.dispose([mean, variance]);
    return code;
  };
  return {
    step(batch, pass, rate) {
      const { x } = batch, count = x.shape[0]!;
      const value = descend(
        { rule: rules.autoencoder, variables: autoencoder, rate, clip },
        () => tf.mean(model.trainingLoss(x, pass)),
      );
      model.update(pass.moments);
      const code = tf.tidy(() => codes(x, pass));
      const doubt = descend(
        { rule: rules.discriminator, variables: discriminator, rate, clip },
        () => {
          const drawn = model.surprise(model.prior(count, pass), true);
          return tf.mean(tf.add(drawn, model.surprise(code, false)));
        },
      );
      const deceit = descend(
        { rule: rules.encoder, variables: encoder, rate, clip },
        () => tf.mean(model.surprise(codes(x, pass), true)),
      );
      tf.dispose([code, doubt, deceit]);
      return summed(value, batch);
    },
    loss: ({ x }) => tf.sum(model.errors(x).loss),
    snapshot: () => model.snapshot(),
    restore: (weights) => model.restore(weights),
    dispose: () => Object.values(rules).forEach((rule) => rule.dispose()),
  };
}

/** A learner of a restricted Boltzmann machine: contrastive divergence. */
export async function rbmLearner(model: Rbm, recipe: Recipe): Promise<Learner> {
  const { trainable } = model;
  const rule = await createRule(trainable, recipe);
  return {
    step({ x }, pass, rate) {
      follow(
        { rule, variables: trainable, rate, clip: recipe.clip },
        model.gradients(x, pass.uniform),
      );
      return tf.tidy(() => tf.sum(model.errors(x).loss));
    },
    loss: ({ x }) => tf.sum(model.errors(x).loss),
    snapshot: () => model.snapshot(),
    restore: (weights) => model.restore(weights),
    dispose: () => rule.dispose(),
  };
}

/** What a step moves, and how. */
interface Move {
  readonly rule: UpdateRule;
  readonly variables: readonly Variable[];
  readonly rate: number;
  /** The greatest norm of the gradients. */
  readonly clip: number | undefined;
}

/** Follows gradients, and disposes of them. */
function follow({ rule, rate, clip }: Move, gradients: readonly Tensor[]): void {
  const clipped = clip === undefined ? [] : clipByNorm(gradients, clip);
  rule.apply(clip === undefined ? gradients : clipped, rate);
  tf.dispose([...gradients, ...clipped]);
}

/** One step down a mean loss; returns it. */
function descend(move: Move, loss: () => tf.Scalar): Tensor {
  const { value, gradients } = valueAndGradients(loss, move.variables);
  follow(move, gradients);
  return value;
}

/** A mean loss as a sum over images; the mean is disposed of. */
function summed(mean: Tensor, { classes }: LabelledBatch): Tensor {
  const sum = tf.mul(mean, classes.length);
  mean.dispose();
  return sum;
}
