/**
 * Autoencoders: an encoder, a latent, a decoder, and the loss that trains them.
 *
 * An architecture is data (`AutoencoderSpec`); `Autoencoder` is its parameters on the current
 * backend, with a training loss and the errors that scores are made of.
 */

import { type Tensor, type Tensor1D, type Tensor2D, tf, type Variable } from "../compute/mod.ts";
import type { Random } from "../random.ts";
import type { Layer } from "./layers.ts";
import { klDivergence, RECONSTRUCTION_LOSSES, type ReconstructionLoss } from "./losses.ts";
import { type Moments, Network, type Parameter } from "./network.ts";

/** An architecture, complete: what is stored in a model file. */
export interface AutoencoderSpec {
  /** The architecture's name. */
  readonly name: string;
  /** `[height, width, channels]`. */
  readonly inputShape: readonly [number, number, number];
  /** From the image to the code, or to the features that mean and variance are made of. */
  readonly encoder: readonly Layer[];
  /** Units of a Gaussian latent (a variational autoencoder), or 0 for a plain code. */
  readonly latent: number;
  /** From the code to the logits of the image. */
  readonly decoder: readonly Layer[];
  /** The reconstruction term of the loss. */
  readonly loss: ReconstructionLoss;
  /** The weight of the KL divergence. */
  readonly beta: number;
}

/** The terms of a training loss, means over the batch. */
export interface TrainingLoss {
  /** What is minimised: reconstruction + beta * KL. */
  readonly total: Tensor;
  /** The batch statistics that the step must merge. */
  readonly moments: readonly Moments[];
}

/** What the images of a batch lost on the way through, one value an image. */
export interface ImageErrors {
  /** The reconstruction, `[batch, height, width, channels]`, in [0, 1]. */
  readonly reconstruction: Tensor;
  /** The reconstruction loss, summed over pixels. */
  readonly loss: Tensor1D;
  /** KL divergence from the prior in nats; absent for a plain autoencoder. */
  readonly kl?: Tensor1D;
}

/** An autoencoder's parameters, on the current backend. */
export class Autoencoder {
  /** What it is. */
  readonly spec: AutoencoderSpec;
  readonly #encoder: Network;
  readonly #heads: Network | undefined;
  readonly #decoder: Network;

  /**
   * @param spec The architecture.
   * @param random Where the initial values come from.
   * @throws {TypeError} If the layers do not fit the image or each other.
   */
  constructor(spec: AutoencoderSpec, random: Random) {
    this.spec = spec;
    this.#encoder = new Network("encoder", spec.encoder, spec.inputShape, random);
    if (spec.latent > 0) {
      // Mean and log-variance side by side: one product instead of two.
      const heads: Layer[] = [{ type: "dense", units: 2 * spec.latent, activation: "linear" }];
      this.#heads = new Network("latent", heads, this.#encoder.outputShape, random);
    }
    const code = spec.latent > 0 ? [spec.latent] : this.#encoder.outputShape;
    this.#decoder = new Network("decoder", spec.decoder, code, random);
    const out = this.#decoder.outputShape;
    if (out.join() !== spec.inputShape.join()) {
      throw new TypeError(
        `Cannot build "${spec.name}" as the decoder must end at [${spec.inputShape}]: current shape is [${out}]`,
      );
    }
  }

  /** All parameters, trained or not, by name. */
  get parameters(): readonly Parameter[] {
    return [this.#encoder, this.#heads, this.#decoder].flatMap((network) =>
      network?.parameters ?? []
    );
  }

  /** What the optimiser moves. */
  get trainable(): Variable[] {
    return this.parameters.filter((p) => p.trainable).map((p) => p.value);
  }

  /** Mean and log-variance of the latent, each `[batch, latent]`. */
  #posterior(features: Tensor): { mean: Tensor2D; logVariance: Tensor2D } {
    const both = this.#heads!.apply(features);
    const [mean, logVariance] = tf.split(both, 2, 1) as [Tensor2D, Tensor2D];
    return { mean, logVariance };
  }

  /**
   * The loss of one batch as trained: with batch statistics, and a sample of the latent.
   *
   * @param x Images, `[batch, ...inputShape]`, in [0, 1].
   * @param noise Standard normal deviates, `[batch, latent]`, for a variational autoencoder.
   * @returns The loss, and the statistics to `update` with after the step.
   */
  trainingLoss(x: Tensor, noise?: Tensor): TrainingLoss {
    const moments: Moments[] = [];
    let code = this.#encoder.apply(x, moments);
    let kl: Tensor1D | undefined;
    if (this.spec.latent > 0) {
      const { mean, logVariance } = this.#posterior(code);
      kl = klDivergence(mean, logVariance);
      // The reparametrisation of Kingma and Welling 2014 (arXiv 1312.6114), section 2.4.
      code = noise ? tf.add(mean, tf.mul(noise, tf.exp(tf.mul(logVariance, 0.5)))) : mean;
    }
    const logits = this.#decoder.apply(code, moments);
    let perImage: Tensor = RECONSTRUCTION_LOSSES[this.spec.loss](x, logits);
    if (kl) perImage = tf.add(perImage, tf.mul(kl, this.spec.beta));
    return { total: tf.mean(perImage), moments };
  }

  /**
   * Merges a step's batch statistics into the running ones.
   *
   * @param moments What `trainingLoss` gave.
   */
  update(moments: readonly Moments[]): void {
    this.#encoder.update(moments.filter((m) => m.layer.startsWith("encoder/")));
    this.#decoder.update(moments.filter((m) => m.layer.startsWith("decoder/")));
  }

  /**
   * The code of each image: the mean of its latent.
   *
   * @param x Images, `[batch, ...inputShape]`, in [0, 1].
   * @returns `[batch, latent]`, or the shape of a plain code.
   */
  encode(x: Tensor): Tensor {
    const features = this.#encoder.apply(x);
    return this.#heads ? this.#posterior(features).mean : features;
  }

  /**
   * What each image loses on the way through, without chance: the latent is its mean.
   *
   * @param x Images, `[batch, ...inputShape]`, in [0, 1].
   * @returns The reconstructions, and per-image terms.
   */
  errors(x: Tensor): ImageErrors {
    const features = this.#encoder.apply(x);
    const posterior = this.#heads && this.#posterior(features);
    const logits = this.#decoder.apply(posterior ? posterior.mean : features);
    const loss = RECONSTRUCTION_LOSSES[this.spec.loss](x, logits);
    const reconstruction = tf.sigmoid(logits);
    if (!posterior) return { reconstruction, loss };
    return { reconstruction, loss, kl: klDivergence(posterior.mean, posterior.logVariance) };
  }

  /** A copy of all parameters' values, by name. */
  async snapshot(): Promise<Map<string, { shape: readonly number[]; data: Float32Array }>> {
    const weights = new Map<string, { shape: readonly number[]; data: Float32Array }>();
    for (const { name, shape, value } of this.parameters) {
      weights.set(name, { shape, data: Float32Array.from(await value.data()) });
    }
    return weights;
  }

  /**
   * Sets all parameters.
   *
   * @param weights Values by name, as `snapshot` gives them.
   * @throws {TypeError} If one is missing, unknown or of another shape.
   */
  restore(weights: ReadonlyMap<string, { shape: readonly number[]; data: Float32Array }>): void {
    const known = new Set(this.parameters.map((p) => p.name));
    for (const name of weights.keys()) {
      if (!known.has(name)) {
        throw new TypeError(`Cannot restore "${name}" as there is no such weight`);
      }
    }
    for (const { name, shape, value } of this.parameters) {
      const stored = weights.get(name);
      if (!stored) throw new TypeError(`Cannot restore the model as weight "${name}" is missing`);
      if (stored.shape.join() !== shape.join()) {
        throw new TypeError(
          `Cannot restore "${name}" as its shape must be [${shape}]: current shape is [${stored.shape}]`,
        );
      }
      tf.tidy(() => value.assign(tf.tensor(stored.data.slice(), [...shape])));
    }
  }

  /** Frees the parameters. */
  dispose(): void {
    for (const network of [this.#encoder, this.#heads, this.#decoder]) network?.dispose();
  }
}
