/** Conditional variational autoencoders: what an image is to look like, given its label. */

import {
  pixelLoss,
  sampleGaussian,
  type Tensor,
  type Tensor1D,
  tf,
  type Variable,
} from "../compute/mod.ts";
import type { Random } from "../random.ts";
import { type Layer, sizeOf } from "./layers.ts";
import type { ImageErrors, Model, Weights } from "./model.ts";
import { type Moments, Network, type Parameter, type TrainingPass } from "./network.ts";
import { trainingKl } from "./kl.ts";
import { LabelledLayer } from "./labelled_layer.ts";
import { oneHot } from "./one_hot.ts";
import { copyParameters, setParameters } from "./parameters.ts";
import type { CvaeSpec } from "./spec.ts";

/**
 * A conditional variational autoencoder (Sohn, Lee and Yan 2015, "Learning structured output
 * representation using deep conditional generative models"; its labels and images are our images and
 * labels).
 *
 * Where the label of an image is not known, it is taken to be the one with the least loss.
 */
export class Cvae implements Model {
  readonly spec: CvaeSpec;
  readonly #encoder: Network;
  /** The encoder's first layer, whose response to an image is shared by all labels. */
  readonly #first: LabelledLayer;
  readonly #heads: Network;
  readonly #decoder: Network;

  /**
   * @param spec What it is.
   * @param random Where the initial values come from.
   * @throws {TypeError} If the layers do not fit the image or each other, or the encoder does not begin
   * with `conv2d` or `dense`.
   */
  constructor(spec: CvaeSpec, random: Random) {
    this.spec = spec;
    const { inputShape, classes, latent } = spec;
    const [height, width, channels] = inputShape;
    const shape = spec.labels === "row"
      ? [sizeOf(inputShape) + classes.length]
      : [height, width, channels + classes.length];
    this.#encoder = new Network("encoder", spec.encoder, shape, random);
    this.#first = new LabelledLayer(spec, this.#encoder.parameters);
    const heads: Layer[] = [{ type: "dense", units: 2 * latent, activation: "linear" }];
    this.#heads = new Network("latent", heads, this.#encoder.outputShape, random);
    this.#decoder = new Network("decoder", spec.decoder, [latent + classes.length], random);
    const out = this.#decoder.outputShape;
    if (out.join() !== inputShape.join()) {
      throw new TypeError(
        `Cannot build "${spec.name}" as the decoder must end at [${inputShape}]: current shape is [${out}]`,
      );
    }
  }

  /** All parameters, trained or not, by name. */
  get parameters(): readonly Parameter[] {
    return [this.#encoder, this.#heads, this.#decoder].flatMap(({ parameters }) => parameters);
  }

  /** What the optimiser moves. */
  get trainable(): Variable[] {
    return this.parameters.filter((p) => p.trainable).map((p) => p.value);
  }

  /**
   * The loss of each image as trained: with batch statistics, and a sample of the latent.
   *
   * @param x Images, `[batch, ...inputShape]`.
   * @param classes Their labels' places, all known.
   * @param pass Gives chance, and collects the statistics to `update` with after the step.
   * @returns reconstruction + beta * KL as the pass counts it, `[batch]`.
   */
  trainingLoss(x: Tensor, classes: Int32Array, pass: TrainingPass): Tensor1D {
    const label = oneHot(classes, this.spec.classes.length);
    const response = this.#first.image(pass.input ?? x);
    const { moments, code, kl } = this.#latent(response, label, pass);
    const loss = pixelLoss(x, this.#logits(code, label, pass), this.spec.loss);
    return tf.add(loss, tf.mul(trainingKl(moments, kl, pass), this.spec.beta));
  }

  /** Merges a step's batch statistics into the running ones. */
  update(moments: readonly Moments[]): void {
    this.#encoder.update(moments.filter((m) => m.layer.startsWith("encoder/")));
    this.#decoder.update(moments.filter((m) => m.layer.startsWith("decoder/")));
  }

  /**
   * What images lose, without chance.
   *
   * Where labels are unknown, every label is tried: the encoder's first layer sees an image once, all else
   * runs once a label.
   *
   * @param x Images, `[batch, ...inputShape]`.
   * @param classes Places of their labels, -1 where unknown. @default {unknown}
   * @returns Given the label, or the one with the least loss.
   */
  errors(x: Tensor, classes?: Int32Array): ImageErrors {
    const response = this.#first.image(x);
    const label = this.#labels(x, response, classes);
    const { code, kl } = this.#latent(response, label);
    const logits = this.#logits(code, label);
    const loss = pixelLoss(x, logits, this.spec.loss);
    return { reconstruction: tf.sigmoid(logits), loss, kl };
  }

  /** The means of the latents, given the labels with the least loss. */
  encode(x: Tensor): Tensor {
    const response = this.#first.image(x);
    return this.#latent(response, this.#labels(x, response)).code;
  }

  /**
   * Images of latents and labels.
   *
   * @param code `[batch, latent]`.
   * @param classes The labels' places. @default {the first label}
   * @returns `[batch, ...inputShape]`, in [0, 1].
   */
  decode(code: Tensor, classes: Int32Array = new Int32Array(code.shape[0]!)): Tensor {
    return tf.sigmoid(this.#logits(code, oneHot(classes, this.spec.classes.length)));
  }

  /** A copy of all parameters' values, by name. */
  snapshot(): Promise<Weights> {
    return copyParameters(this.parameters);
  }

  /** Sets all parameters. */
  restore(weights: ReadonlyMap<string, { shape: readonly number[]; data: Float32Array }>): void {
    setParameters(this.parameters, weights);
  }

  /** Frees the parameters. */
  dispose(): void {
    for (const network of [this.#encoder, this.#heads, this.#decoder]) network.dispose();
  }

  /** The labels as rows; where they are unknown, those with the least loss. */
  #labels(x: Tensor, response: Tensor, classes?: Int32Array): Tensor {
    const count = this.spec.classes.length;
    const known = classes && oneHot(classes, count);
    if (known && classes.every((place) => place >= 0)) return known;
    const losses = this.spec.classes.map((_, place) =>
      tf.tidy(() => {
        const label = oneHot(Int32Array.of(place), count);
        const { code, kl } = this.#latent(response, label);
        const logits = this.#logits(code, tf.tile(label, [x.shape[0]!, 1]));
        return tf.add(pixelLoss(x, logits, this.spec.loss), tf.mul(kl, this.spec.beta));
      })
    );
    // Made as integers: the wasm backend writes those whatever type it is asked for.
    const best = tf.cast(tf.oneHot(tf.argMin(tf.stack(losses, 1), 1), count), "float32");
    if (!known) return best;
    return tf.add(known, tf.mul(best, tf.sub(1, tf.sum(known, 1, true))));
  }

  /** Of the first layer's response to images, and their labels or the one label of all. */
  #latent(response: Tensor, label: Tensor, pass?: TrainingPass) {
    const features = this.#encoder.apply(this.#first.with(response, label), pass, 1);
    const moments = this.#heads.apply(features, pass);
    const noise = pass?.normal([response.shape[0]!, this.spec.latent]);
    return { moments, ...sampleGaussian(moments, noise) };
  }

  #logits(code: Tensor, label: Tensor, pass?: TrainingPass): Tensor {
    return this.#decoder.apply(tf.concat([code, label], 1), pass);
  }
}
