/** Autoencoders: an encoder, a latent, a decoder, and the loss that trains them. */

import {
  addScaled,
  constant,
  dense,
  pixelLoss,
  sampleGaussian,
  type Tensor,
  type Tensor1D,
  tf,
} from "../../compute/mod.ts";
import { Random } from "../../random.ts";
import type { GradientModel, Parameter, TrainingPass } from "../../training/mod.ts";
import { fitByGradients, restored } from "../fit_by_gradients.ts";
import type { ImageErrors, Model } from "../model.ts";
import type { ModelImplementation } from "../model_type.ts";
import { trainingKl } from "../network/kl.ts";
import { codedChains, requireImageShape } from "../network/latent.ts";
import { lazyErrors, once } from "../network/lazy_errors.ts";
import { Network } from "../network/network.ts";
import { NetworkModel } from "../network/network_model.ts";
import { errorMaps, reconstructionScore, totalLoss } from "../network/reconstruction_scores.ts";
import type { AutoencoderSpec } from "./spec.ts";

/** Samples of the latent for `probability`. */
const SAMPLES = 8;

/** An autoencoder on the current backend. */
export class Autoencoder extends NetworkModel implements Model, GradientModel {
  readonly spec: AutoencoderSpec;
  readonly networks: readonly Network[];
  readonly #encoder: Network;
  readonly #heads: Network | undefined;
  readonly #decoder: Network;

  /**
   * @param spec The architecture.
   * @param random Source of the initial values.
   * @throws {TypeError} If the layers do not fit the image or each other.
   */
  constructor(spec: AutoencoderSpec, random: Random) {
    super();
    this.spec = spec;
    const { encoder, latent, decoder } = codedChains(spec, spec.inputShape);
    this.#encoder = new Network(encoder, random);
    this.#heads = latent && new Network(latent, random);
    this.#decoder = new Network(decoder, random);
    this.networks = [this.#encoder, ...this.#heads ? [this.#heads] : [], this.#decoder];
    requireImageShape(spec.name, this.#decoder.outputShape, spec.inputShape);
  }

  /**
   * The loss as trained: with batch statistics and a sample of the latent.
   *
   * @param batch Images, `[batch, ...inputShape]`.
   * @param pass Draws deviates, and collects statistics for `update` after the step.
   * @returns Reconstruction loss + beta * KL as the pass weights it, `[batch]`.
   */
  trainingLoss({ x }: { readonly x: Tensor }, pass: TrainingPass): Tensor1D {
    const { loss: name, beta, output } = this.spec;
    const features = this.#encoder.apply(pass.input ?? x, pass);
    if (!this.#heads) return this.#decoder.reconstructionLoss(features, x, name, output, pass);
    const noise = constant(pass.normal([x.shape[0]!, this.spec.latent]));
    const moments = this.#heads.apply(features, pass);
    const { code, kl } = sampleGaussian(moments, noise);
    const loss = this.#decoder.reconstructionLoss(code, x, name, output, pass);
    return addScaled(loss, trainingKl(moments, kl, pass), beta) as Tensor1D;
  }

  /** Any large matrix may be sharded. */
  get shardable(): readonly Parameter[] {
    return this.parameters;
  }

  /** Whether the training loss consists of our operations alone: see `sumAndGradients`. */
  get traceable(): boolean {
    return this.spec.loss !== "ssim" && this.#encoder.traceable && this.#decoder.traceable;
  }

  /**
   * Encodes images: the mean of a Gaussian latent, or the plain code.
   *
   * @param x Images, `[batch, ...inputShape]`.
   * @param pass Collects batch statistics in training. @default {running statistics}
   * @returns `[batch, latent]`, or the shape of a plain code.
   */
  encode(x: Tensor, pass?: TrainingPass): Tensor {
    const features = this.#encoder.apply(x, pass);
    return this.#heads ? this.#head(this.#heads, features, "mean") : features;
  }

  /**
   * Decodes codes.
   *
   * @param codes As `encode` gives them, in any shape that begins with the batch.
   * @returns Images, `[batch, ...inputShape]`.
   */
  decode(codes: Tensor): Tensor {
    const values = this.#decoder.apply(
      tf.reshape(codes, [codes.shape[0]!, ...this.#decoder.inputShape]),
    );
    return this.spec.output === "linear" ? values : tf.sigmoid(values);
  }

  /**
   * Reconstructs images without random draws: each from the mean of its latent.
   *
   * @param x Images, `[batch, ...inputShape]`.
   * @returns The reconstructions and the terms of the loss, each computed at its first use.
   */
  errors(x: Tensor): ImageErrors {
    const { loss, output } = this.spec, heads = this.#heads;
    const features = this.#encoder.apply(x);
    const mean = heads ? this.#head(heads, features, "mean") : features;
    const logits = this.#decoder.apply(mean);
    return lazyErrors({
      reconstruction: () => output === "linear" ? logits : tf.sigmoid(logits),
      loss: () => pixelLoss(x, logits, loss, output),
      kl: heads && (() => {
        const logVariance = this.#head(heads, features, "logVariance");
        return sampleGaussian(tf.concat([mean, logVariance], 1), undefined).kl;
      }),
    });
  }

  /** The error of each pixel, `[batch, height, width]`. */
  errorMaps(x: Tensor): Tensor {
    return errorMaps(x, this.errors(x).reconstruction);
  }

  /** Reconstruction loss + beta * KL without random draws, `[batch]`. */
  validationLoss(x: Tensor): Tensor1D {
    return totalLoss(this.errors(x), this.spec.beta);
  }

  /** One half of the latent: a reconstruction needs only the mean, and the product is large. */
  #head(heads: Network, features: Tensor, which: "mean" | "logVariance"): Tensor {
    const [kernel, bias] = heads.parameters.map(({ value }) => value);
    const { latent } = this.spec, from = which === "mean" ? 0 : latent;
    const half = tf.slice(kernel!, [0, from], [-1, latent]);
    return dense(features, half, tf.slice(bias!, from, latent), "linear");
  }

  /**
   * Computes scores.
   *
   * `probability` is minus the mean log-likelihood over samples of the latent (An and Cho 2015,
   * "Variational autoencoder based anomaly detection using reconstruction probability", algorithm 4):
   * a pixel is Bernoulli where the loss is of probabilities, else Gaussian with variance 1/2, whose
   * constant is omitted. All images share the deviates of 8 samples.
   */
  scores(names: readonly string[], x: Tensor): Tensor1D[] {
    const errors = once(() => this.errors(x));
    return names.map((name) =>
      name === "probability" && this.#heads
        ? this.#probability(x, this.#heads)
        : reconstructionScore(name, x, errors(), this.spec.beta)
    );
  }

  /** Minus the mean log-likelihood of each image over samples of its latent. */
  #probability(x: Tensor, heads: Network): Tensor1D {
    const { latent, loss, output } = this.spec;
    const likelihood = loss === "bce" || loss.startsWith("focal") ? "bce" : "mse";
    const moments = heads.apply(this.#encoder.apply(x));
    const random = new Random(0);
    const losses = Array.from({ length: SAMPLES }, () => {
      const deviates = Float32Array.from({ length: latent }, () => random.normal());
      return tf.tidy(() => {
        const noise = tf.tile(tf.tensor2d(deviates, [1, latent]), [x.shape[0]!, 1]);
        const { code } = sampleGaussian(moments, noise);
        return pixelLoss(x, this.#decoder.apply(code), likelihood, output);
      });
    });
    // Not addN: WebGPU silently binds no more than 8 tensors at once.
    return tf.mul(losses.reduce((sum, loss) => tf.add(sum, loss)), 1 / SAMPLES);
  }
}

/** The computing part of the type. */
export const AUTOENCODER_IMPLEMENTATION: ModelImplementation<AutoencoderSpec> = {
  open(spec, weights) {
    return restored(new Autoencoder(spec, new Random(0)), weights);
  },
  fit: (spec, data, context) =>
    fitByGradients(new Autoencoder(spec, context.random), data, context),
};
