/** How the models of kinds of their own learn, step by step. */

import { type Tensor, tf, valueAndGradients, type Variable } from "../compute/mod.ts";
import type { Aae, Cvae, Moments, Rbm, Resnet, TrainingPass } from "../models/mod.ts";
import type { LabelledBatch, LabelledLearner } from "./fit_learner.ts";
import type { TrainingState } from "./fit_options.ts";
import { ALONE, type Group } from "./group.ts";
import { Optimiser, type OptimiserState } from "./optimiser.ts";
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
    loss: ({ x, classes }, pass) => model.loss(pass.input ?? x, classes, pass),
    finalLoss: ({ x, classes }) => tf.sum(model.loss(x, classes)),
    update: (moments) => model.update(moments),
  };
}

/** What a learner starts from. */
export interface Start {
  /** The optimiser's settings. */
  readonly recipe: Recipe;
  /** The member. @default {alone} */
  readonly group?: Group | undefined;
  /** Where to go on. */
  readonly resume?: TrainingState | undefined;
}

/** Keeps and restores weights. */
type Keeper = Pick<LabelledLearner, "snapshot" | "restore">;

function keep(model: Keeper, resume: TrainingState | undefined): Keeper {
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
  { recipe, group = ALONE, resume }: Start,
): Promise<LabelledLearner> {
  const keeper = keep(model, resume);
  const optimiser = await Optimiser.create(trainable, recipe, group, resume?.optimiser);
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
 * A learner of an adversarial autoencoder: each batch is one step of the autoencoder, then one of the
 * discriminator, then one of the encoder against it (Makhzani et al. 2015, section 2), each with an
 * optimiser of its own. One thread learns.
 */
export async function aaeLearner(
  model: Aae,
  { recipe, resume }: Start,
): Promise<LabelledLearner> {
  const keeper = keep(model, resume);
  const { autoencoder, encoder, discriminator } = model.players;
  const moves = [autoencoder, discriminator, encoder];
  const optimisers = await Optimisers.create(moves, recipe, resume?.optimiser);
  const [learning, doubting, deceiving] = optimisers.each as [Optimiser, Optimiser, Optimiser];
  /** Codes as they are in training; the batch's statistics are merged once a step, not here. */
  const codes = (x: Tensor, pass: TrainingPass): Tensor => {
    const aside = { ...pass, moments: [] as Moments[] };
    const code = model.encode(pass.input ?? x, aside);
    for (const { mean, variance } of aside.moments) tf.dispose([mean, variance]);
    return code;
  };
  return {
    ...keeper,
    optimiser: optimisers,
    step(batch, pass, rate) {
      const { x } = batch, count = x.shape[0]!;
      const value = descend(
        learning,
        autoencoder,
        rate,
        () => tf.mean(model.trainingLoss(x, pass)),
      );
      model.update(pass.moments);
      const code = tf.tidy(() => codes(x, pass));
      const doubt = descend(doubting, discriminator, rate, () => {
        const drawn = model.surprise(model.prior(count, pass), true);
        return tf.mean(tf.add(drawn, model.surprise(code, false)));
      });
      const deceit = descend(
        deceiving,
        encoder,
        rate,
        () => tf.mean(model.surprise(codes(x, pass), true)),
      );
      tf.dispose([code, doubt, deceit]);
      return summed(value, batch);
    },
    loss: ({ x }) => tf.sum(model.errors(x).loss),
  };
}

/**
 * A learner of a restricted Boltzmann machine: contrastive divergence.
 *
 * What goes in is all that it learns from: images that augmentation spoils are taken as they are.
 */
export async function rbmLearner(
  model: Rbm,
  { recipe, group = ALONE, resume }: Start,
): Promise<LabelledLearner> {
  const keeper = keep(model, resume);
  const { trainable } = model;
  const optimiser = await Optimiser.create(trainable, recipe, group, resume?.optimiser);
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

/** Several optimisers of one model, in lockstep, that a checkpoint holds as one. */
class Optimisers {
  /** One a player. */
  readonly each: readonly Optimiser[];

  private constructor(each: readonly Optimiser[]) {
    this.each = each;
  }

  static async create(
    players: readonly (readonly Variable[])[],
    recipe: Recipe,
    resume: OptimiserState | undefined,
  ): Promise<Optimisers> {
    const variables = players.reduce((sum, { length }) => sum + length, 0);
    let at = 0;
    const each: Optimiser[] = [];
    for (const player of players) {
      // An optimiser may keep several numbers a variable, or none.
      const kept = resume ? resume.moments.length / variables * player.length : 0;
      const own = resume && { ...resume, moments: resume.moments.slice(at, at + kept) };
      each.push(await Optimiser.create(player, recipe, ALONE, own));
      at += kept;
    }
    return new Optimisers(each);
  }

  get steps(): number {
    return this.each[0]!.steps;
  }

  collect(): void {
    for (const optimiser of this.each) optimiser.collect();
  }

  async state(): Promise<OptimiserState> {
    const states = await Promise.all(this.each.map((optimiser) => optimiser.state()));
    return { steps: this.steps, moments: states.flatMap(({ moments }) => moments) };
  }

  dispose(): void {
    for (const optimiser of this.each) optimiser.dispose();
  }
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
