/** Conditional variational autoencoders: the likelihood of an image given its label. */

import { pixelLoss, sampleGaussian, type Tensor, type Tensor1D, tf } from "../../compute/mod.ts";
import { Random } from "../../random.ts";
import type { GradientModel, LabelledBatch, TrainingPass } from "../../training/mod.ts";
import { fitByGradients, restored } from "../fit_by_gradients.ts";
import type { ImageErrors, Model } from "../model.ts";
import type { ModelImplementation } from "../model_type.ts";
import { trainingKl } from "../network/kl.ts";
import { requireImageShape } from "../network/latent.ts";
import { once } from "../network/lazy_errors.ts";
import { Network } from "../network/network.ts";
import { NetworkModel } from "../network/network_model.ts";
import { oneHot } from "../network/one_hot.ts";
import { errorMaps, reconstructionScore, totalLoss } from "../network/reconstruction_scores.ts";
import { LABEL_SUFFIX } from "../scores.ts";
import { LabelledLayer } from "./labelled_layer.ts";
import { cvaeChains, type CvaeSpec } from "./spec.ts";

/**
 * A conditional variational autoencoder (Sohn, Lee and Yan 2015, "Learning structured output
 * representation using deep conditional generative models", with its outputs as our images and its
 * inputs as our labels).
 *
 * An unknown label is taken to be the one of least loss.
 */
export class Cvae extends NetworkModel implements Model, GradientModel {
  readonly spec: CvaeSpec;
  readonly networks: readonly Network[];
  /** The encoder's first layer is not differentiated by our tape. */
  readonly traceable = false;
  readonly #encoder: Network;
  /** The encoder's first layer, whose response to an image is shared by all labels. */
  readonly #first: LabelledLayer;
  readonly #heads: Network;
  readonly #decoder: Network;

  /**
   * @param spec The model as data.
   * @param random Source of the initial values.
   * @throws {TypeError} If the layers do not fit the image or each other, or the encoder does not begin
   * with `conv2d` or `dense`.
   */
  constructor(spec: CvaeSpec, random: Random) {
    super();
    this.spec = spec;
    const { encoder, latent, decoder } = cvaeChains(spec);
    this.#encoder = new Network(encoder, random);
    this.#first = new LabelledLayer(spec, this.#encoder.parameters);
    this.#heads = new Network(latent, random);
    this.#decoder = new Network(decoder, random);
    this.networks = [this.#encoder, this.#heads, this.#decoder];
    requireImageShape(spec.name, this.#decoder.outputShape, spec.inputShape);
  }

  /**
   * The loss as trained: with batch statistics and a sample of the latent.
   *
   * @param batch Images, `[batch, ...inputShape]`, and the indices of their labels, all known.
   * @param pass Draws deviates, and collects statistics for `update` after the step.
   * @returns Reconstruction loss + beta * KL as the pass weights it, `[batch]`.
   */
  trainingLoss(
    { x, classes }: Pick<LabelledBatch, "x" | "classes">,
    pass: TrainingPass,
  ): Tensor1D {
    const label = oneHot(classes, this.spec.classes.length);
    const response = this.#first.image(pass.input ?? x);
    const { moments, code, kl } = this.#latent(response, label, pass);
    const { loss: name, output } = this.spec;
    const loss = pixelLoss(x, this.#logits(code, label, pass), name, output);
    return tf.add(loss, tf.mul(trainingKl(moments, kl, pass), this.spec.beta));
  }

  /**
   * Reconstructs images without random draws, given the label or, where it is unknown, the label of least loss.
   *
   * To try every label, the encoder's first layer runs once per image and all else once per label.
   *
   * @param x Images, `[batch, ...inputShape]`.
   * @param classes Indices of their labels, -1 where unknown. @default {unknown}
   * @returns The reconstructions and the terms of the loss.
   */
  errors(x: Tensor, classes?: Int32Array): ImageErrors {
    const response = this.#first.image(x);
    const label = this.#labels(x, response, classes);
    const { code, kl } = this.#latent(response, label);
    const logits = this.#logits(code, label);
    const loss = pixelLoss(x, logits, this.spec.loss, this.spec.output);
    return { reconstruction: this.#pixels(logits), loss, kl };
  }

  /** The error of each pixel, `[batch, height, width]`. */
  errorMaps(x: Tensor): Tensor {
    return errorMaps(x, this.errors(x).reconstruction);
  }

  /** Reconstruction loss + beta * KL without random draws, `[batch]`. */
  validationLoss(x: Tensor, classes?: Int32Array): Tensor1D {
    return totalLoss(this.errors(x, classes), this.spec.beta);
  }

  /** Computes scores; those with the suffix `-label` are given the image's own label. */
  scores(names: readonly string[], x: Tensor, classes?: Int32Array): Tensor1D[] {
    const blind = once(() => this.errors(x)), informed = once(() => this.errors(x, classes));
    return names.map((name) =>
      name.endsWith(LABEL_SUFFIX)
        ? reconstructionScore(name.slice(0, -LABEL_SUFFIX.length), x, informed(), this.spec.beta)
        : reconstructionScore(name, x, blind(), this.spec.beta)
    );
  }

  /** The means of the latents, given the labels of least loss. */
  encode(x: Tensor): Tensor {
    const response = this.#first.image(x);
    return this.#latent(response, this.#labels(x, response)).code;
  }

  /**
   * Images of latents and labels.
   *
   * @param code `[batch, latent]`.
   * @param classes Indices of the labels. @default {the first label}
   * @returns `[batch, ...inputShape]`, in [0, 1] unless the output is linear.
   */
  decode(code: Tensor, classes: Int32Array = new Int32Array(code.shape[0]!)): Tensor {
    return this.#pixels(this.#logits(code, oneHot(classes, this.spec.classes.length)));
  }

  /** The labels as one-hot rows; where unknown, those of least loss. */
  #labels(x: Tensor, response: Tensor, classes?: Int32Array): Tensor {
    const count = this.spec.classes.length;
    if (count === 1) return tf.ones([x.shape[0]!, 1]);
    const known = classes && oneHot(classes, count);
    if (known && classes.every((place) => place >= 0)) return known;
    const losses = this.spec.classes.map((_, place) =>
      tf.tidy(() => {
        const label = oneHot(Int32Array.of(place), count);
        const { code, kl } = this.#latent(response, label);
        const logits = this.#logits(code, tf.tile(label, [x.shape[0]!, 1]));
        const { loss, beta, output } = this.spec;
        return tf.add(pixelLoss(x, logits, loss, output), tf.mul(kl, beta));
      })
    );
    // The wasm backend makes integers whatever type is asked for.
    const best = tf.cast(tf.oneHot(tf.argMin(tf.stack(losses, 1), 1), count), "float32");
    if (!known) return best;
    return tf.add(known, tf.mul(best, tf.sub(1, tf.sum(known, 1, true))));
  }

  /** The latents from the first layer's response to images, and their labels or one label for all. */
  #latent(response: Tensor, label: Tensor, pass?: TrainingPass) {
    const features = this.#encoder.apply(this.#first.with(response, label), pass, 1);
    const moments = this.#heads.apply(features, pass);
    const noise = pass?.normal([response.shape[0]!, this.spec.latent]);
    return { moments, ...sampleGaussian(moments, noise) };
  }

  #pixels(logits: Tensor): Tensor {
    return this.spec.output === "linear" ? logits : tf.sigmoid(logits);
  }

  #logits(code: Tensor, label: Tensor, pass?: TrainingPass): Tensor {
    return this.#decoder.apply(tf.concat([code, label], 1), pass);
  }
}

/** The computing part of the type. */
export const CVAE_IMPLEMENTATION: ModelImplementation<CvaeSpec> = {
  open: (spec, weights) => restored(new Cvae(spec, new Random(0)), weights),
  fit: (spec, data, context) => fitByGradients(new Cvae(spec, context.random), data, context),
};
