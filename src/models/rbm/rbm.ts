/** Restricted Boltzmann machines: the likelihood of an image under a layer of binary hidden units. */

import { pixelLoss, type Tensor, type Tensor1D, tf, type Variable } from "../../compute/mod.ts";
import { Random } from "../../random.ts";
import { sizeOf } from "../../shape.ts";
import {
  type Learner,
  type LearnerStart,
  type LearningData,
  Optimiser,
  type Parameter,
  SINGLE_PROCESS,
  trainableOf,
} from "../../training/mod.ts";
import { fitByLearner, restored } from "../fit_by_gradients.ts";
import type { ImageErrors, Model, StoredWeights, Weights } from "../model.ts";
import type { ModelImplementation } from "../model_type.ts";
import { once } from "../network/lazy_errors.ts";
import { copyParameters, setParameters } from "../network/parameters.ts";
import { errorMaps, reconstructionScore } from "../network/reconstruction_scores.ts";
import type { RbmSpec } from "./spec.ts";

/** Standard deviation of the initial weights (Hinton, section 8). */
const DEVIATION = 0.01;
/** Distance of a pixel's initial probability from 0 and 1. */
const LEAST = 0.01;

/**
 * A restricted Boltzmann machine of binary units, pixels in [0, 1] being probabilities (Hinton 2012, "A
 * practical guide to training restricted Boltzmann machines").
 */
export class Rbm implements Model {
  readonly spec: RbmSpec;
  readonly #kernel: Variable;
  readonly #visible: Variable;
  readonly #hidden: Variable;

  /**
   * @param spec The model as data.
   * @param random Source of the initial weights.
   */
  constructor(spec: RbmSpec, random: Random) {
    this.spec = spec;
    const size = sizeOf(spec.inputShape);
    const values = Float32Array.from(
      { length: size * spec.hidden },
      () => DEVIATION * random.normal(),
    );
    this.#kernel = tf.tidy(() => tf.variable(tf.tensor2d(values, [size, spec.hidden])));
    this.#visible = tf.tidy(() => tf.variable(tf.zeros([size])));
    this.#hidden = tf.tidy(() => tf.variable(tf.zeros([spec.hidden])));
  }

  /** All parameters, by name. */
  get parameters(): readonly Parameter[] {
    const named = { kernel: this.#kernel, visible: this.#visible, hidden: this.#hidden };
    return Object.entries(named).map(([name, value]) => ({
      name,
      shape: value.shape,
      trainable: true,
      value,
    }));
  }

  /**
   * Sets the pixels' biases to the log-odds of the mean image (Hinton, section 8.1): otherwise hidden
   * units have to explain the common part of all images, and samples without them are grey noise.
   *
   * @param mean The mean of the images, in [0, 1].
   */
  startFrom(mean: Float32Array): void {
    const biases = mean.map((value) => {
      const p = Math.min(1 - LEAST, Math.max(LEAST, value));
      return Math.log(p / (1 - p));
    });
    tf.tidy(() => this.#visible.assign(tf.tensor1d(biases)));
  }

  /**
   * The gradient of contrastive divergence (Hinton 2002): -log p, averaged over the batch.
   *
   * @param x Images, `[batch, height, width, channels]`.
   * @param uniform Draws deviates in [0, 1).
   * @param wholeSize Images in the whole batch, where these are a share of it. @default {all}
   * @returns One gradient per parameter, in their order.
   */
  gradients(
    x: Tensor,
    uniform: (shape: readonly number[]) => Tensor,
    wholeSize: number = x.shape[0]!,
  ): Tensor[] {
    return tf.tidy(() => {
      const batch = x.shape[0]!;
      const data = tf.reshape(x, [batch, -1]);
      const first = this.#hiddenOf(data);
      let hidden = first, sample = data;
      for (let step = 0; step < this.spec.steps; step++) {
        const switches = tf.cast(tf.less(uniform([batch, this.spec.hidden]), hidden), "float32");
        sample = tf.sigmoid(this.#logits(switches));
        hidden = this.#hiddenOf(sample);
      }
      const difference = (sampled: Tensor, seen: Tensor) =>
        tf.div(tf.sub(sampled, seen), wholeSize);
      return [
        difference(tf.matMul(sample, hidden, true), tf.matMul(data, first, true)),
        difference(tf.sum(sample, 0), tf.sum(data, 0)),
        difference(tf.sum(hidden, 0), tf.sum(first, 0)),
      ];
    });
  }

  /** Reconstructs images from the probabilities of the hidden units. */
  errors(x: Tensor): ImageErrors {
    const logits = this.#logits(this.encode(x));
    const reconstruction = tf.reshape(tf.sigmoid(logits), x.shape);
    return { reconstruction, loss: pixelLoss(tf.reshape(x, logits.shape), logits, "bce") };
  }

  /** The error of each pixel, `[batch, height, width]`. */
  errorMaps(x: Tensor): Tensor {
    return errorMaps(x, this.errors(x).reconstruction);
  }

  /** The cross-entropy of the reconstruction, `[batch]`. */
  validationLoss(x: Tensor): Tensor1D {
    return this.errors(x).loss;
  }

  /** Computes scores; `free-energy` is -log p up to a constant of the model. */
  scores(names: readonly string[], x: Tensor): Tensor1D[] {
    const errors = once(() => this.errors(x));
    return names.map((name) =>
      name === "free-energy" ? this.#freeEnergy(x) : reconstructionScore(name, x, errors())
    );
  }

  #freeEnergy(x: Tensor): Tensor1D {
    const rows = tf.reshape(x, [x.shape[0]!, -1]);
    const inputs = tf.add(tf.matMul(rows, this.#kernel as tf.Tensor2D), this.#hidden);
    const energy = tf.add(
      tf.sum(tf.mul(rows, this.#visible), 1),
      tf.sum(tf.softplus(inputs), 1),
    );
    return tf.neg(energy) as Tensor1D;
  }

  /** The probabilities of the hidden units, `[batch, hidden]`. */
  encode(x: Tensor): Tensor {
    return this.#hiddenOf(tf.reshape(x, [x.shape[0]!, -1]));
  }

  /** Images of hidden units, `[batch, ...inputShape]`. */
  decode(codes: Tensor): Tensor {
    return tf.reshape(tf.sigmoid(this.#logits(codes)), [codes.shape[0]!, ...this.spec.inputShape]);
  }

  /** Copies all values, by name. */
  snapshot(): Promise<Weights> {
    return copyParameters(this.parameters);
  }

  /** Sets all values. */
  restore(weights: StoredWeights): void {
    setParameters(this.parameters, weights);
  }

  /** Frees the parameters. */
  dispose(): void {
    tf.dispose(trainableOf(this.parameters));
  }

  #hiddenOf(rows: Tensor): Tensor {
    return tf.sigmoid(tf.add(tf.matMul(rows, this.#kernel), this.#hidden));
  }

  #logits(hidden: Tensor): Tensor {
    return tf.add(tf.matMul(hidden, this.#kernel, false, true), this.#visible);
  }
}

/**
 * A learner by contrastive divergence.
 *
 * It learns from the input alone: images that augmentation corrupts are taken as they are.
 */
async function learnerOf(
  model: Rbm,
  { hyperparameters = {}, group = SINGLE_PROCESS, resume }: LearnerStart,
): Promise<Learner> {
  if (resume) model.restore(resume.weights);
  const variables = trainableOf(model.parameters);
  const start = { group, resume: resume?.optimiser };
  const optimiser = await Optimiser.create(variables, hyperparameters, start);
  return {
    optimiser,
    step({ x, wholeSize }, pass, learningRate) {
      const gradients = model.gradients(pass.input ?? x, pass.uniform, wholeSize);
      optimiser.apply(gradients, learningRate);
      tf.dispose(gradients);
      return tf.tidy(() => tf.sum(model.errors(x).loss));
    },
    validationLoss: ({ x }) => model.validationLoss(x),
    snapshot: () => model.snapshot(),
    restore: (weights) => model.restore(weights),
  };
}

/** The mean of the images that train. */
function meanImage({ images, split: { training } }: LearningData): Float32Array {
  const sum = new Float64Array(images.imageSize), image = new Float32Array(images.imageSize);
  for (let i = 0; i < training.length; i++) {
    images.gather(training.subarray(i, i + 1), image);
    for (let j = 0; j < sum.length; j++) sum[j]! += image[j]!;
  }
  return Float32Array.from(sum, (value) => value / training.length);
}

/** The computing part of the type. */
export const RBM_IMPLEMENTATION: ModelImplementation<RbmSpec> = {
  open: (spec, weights) => restored(new Rbm(spec, new Random(0)), weights),
  async fit(spec, data, context) {
    const model = new Rbm(spec, context.random);
    model.startFrom(meanImage(data));
    return await fitByLearner(model, data, context, (start) => learnerOf(model, start));
  },
};
