/**
 * Autoencoders: an encoder, a latent, a decoder, and the loss that trains them.
 *
 * An architecture is data (`AutoencoderSpec`); `Autoencoder` is its parameters on the current
 * backend, with a training loss and the errors that scores are made of.
 */

import {
  addScaled,
  constant,
  dense,
  pixelLoss,
  sampleGaussian,
  type Tensor,
  type Tensor1D,
  tf,
  type Variable,
} from "../compute/mod.ts";
import { Random } from "../random.ts";
import { LazyErrors } from "./_lazy_errors.ts";
import { trainingKl } from "./kl.ts";
import type { Layer } from "./layers.ts";
import { type Moments, Network, type Parameter, type TrainingPass } from "./network.ts";
import { copyParameters, setParameters } from "./parameters.ts";
import type { ImageErrors } from "./model.ts";
import type { AutoencoderSpec } from "./spec.ts";

/** Samples of the latent for `probability`. */
const SAMPLES = 8;

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

  /**
   * The loss of each image of a batch as trained: with batch statistics, and a sample of the latent.
   *
   * @param x Images, `[batch, ...inputShape]`, in [0, 1].
   * @param pass Gives chance, and collects the statistics to `update` with after the step.
   * @returns reconstruction + beta * KL as the pass counts it, `[batch]`.
   */
  trainingLoss(x: Tensor, pass: TrainingPass): Tensor1D {
    const { loss: name, beta, output } = this.spec;
    const features = this.#encoder.apply(pass.input ?? x, pass);
    if (!this.#heads) return pixelLoss(x, this.#decoder.apply(features, pass), name, output);
    const noise = constant(pass.normal([x.shape[0]!, this.spec.latent]));
    const moments = this.#heads.apply(features, pass);
    const { code, kl } = sampleGaussian(moments, noise);
    const loss = pixelLoss(x, this.#decoder.apply(code, pass), name, output);
    return addScaled(loss, trainingKl(moments, kl, pass), beta) as Tensor1D;
  }

  /** Whether the training loss is made of our operations alone: see `sumAndGradients`. */
  get traceable(): boolean {
    return this.spec.loss !== "ssim" && this.#encoder.traceable && this.#decoder.traceable;
  }

  /**
   * Merges a step's batch statistics into the running ones.
   *
   * @param moments What `trainingLoss` collected.
   */
  update(moments: readonly Moments[]): void {
    this.#encoder.update(moments.filter((m) => m.layer.startsWith("encoder/")));
    this.#decoder.update(moments.filter((m) => m.layer.startsWith("decoder/")));
  }

  /**
   * The code of each image: the mean of its latent.
   *
   * @param x Images, `[batch, ...inputShape]`, in [0, 1].
   * @param pass Of a training step, for batch statistics; without it as in use.
   * @returns `[batch, latent]`, or the shape of a plain code.
   */
  encode(x: Tensor, pass?: TrainingPass): Tensor {
    const features = this.#encoder.apply(x, pass);
    return this.#heads ? this.#head(this.#heads, features, "mean") : features;
  }

  /**
   * The image that each code stands for.
   *
   * @param codes As `encode` gives them; their values may lie in any shape that begins with the batch.
   * @returns Images, `[batch, ...inputShape]`.
   */
  decode(codes: Tensor): Tensor {
    const values = this.#decoder.apply(
      tf.reshape(codes, [codes.shape[0]!, ...this.#decoder.inputShape]),
    );
    return this.spec.output === "linear" ? values : tf.sigmoid(values);
  }

  /**
   * What each image loses on the way through, without chance: the latent is its mean.
   *
   * @param x Images, `[batch, ...inputShape]`, in [0, 1].
   * @returns The reconstructions, and per-image terms.
   */
  errors(x: Tensor): ImageErrors {
    const { loss, output } = this.spec, heads = this.#heads;
    const features = this.#encoder.apply(x);
    const mean = heads ? this.#head(heads, features, "mean") : features;
    const logits = this.#decoder.apply(mean);
    return new LazyErrors({
      reconstruction: () => output === "linear" ? logits : tf.sigmoid(logits),
      loss: () => pixelLoss(x, logits, loss, output),
      kl: heads && (() => {
        const logVariance = this.#head(heads, features, "logVariance");
        return sampleGaussian(tf.concat([mean, logVariance], 1), undefined).kl;
      }),
    });
  }

  /** Half of what a latent is made of: a reconstruction needs only the mean, and the product is large. */
  #head(heads: Network, features: Tensor, which: "mean" | "logVariance"): Tensor {
    const [kernel, bias] = heads.parameters.map(({ value }) => value);
    const { latent } = this.spec, from = which === "mean" ? 0 : latent;
    const half = tf.slice(kernel!, [0, from], [-1, latent]);
    return dense(features, half, tf.slice(bias!, from, latent), "linear");
  }

  /**
   * `probability`, of a variational autoencoder: minus the mean log-likelihood of the image over samples
   * of its latent (An and Cho 2015, "Variational autoencoder based anomaly detection using reconstruction
   * probability", algorithm 4).
   *
   * Each pixel is Bernoulli where the loss is of probabilities; else Gaussian with a variance of 1/2,
   * whose constant is left out. There are 8 samples, of the same deviates for every image.
   *
   * @param name The score's name.
   * @param x Images, `[batch, ...inputShape]`.
   * @returns In nats, `[batch]`; undefined for another score.
   */
  score(name: string, x: Tensor): Tensor1D | undefined {
    if (name !== "probability" || !this.#heads) return undefined;
    const { latent, loss, output } = this.spec;
    const likelihood = loss === "bce" || loss.startsWith("focal") ? "bce" : "mse";
    const moments = this.#heads.apply(this.#encoder.apply(x));
    const random = new Random(0);
    const losses = Array.from({ length: SAMPLES }, () => {
      const deviates = Float32Array.from({ length: latent }, () => random.normal());
      return tf.tidy(() => {
        const noise = tf.tile(tf.tensor2d(deviates, [1, latent]), [x.shape[0]!, 1]);
        const { code } = sampleGaussian(moments, noise);
        return pixelLoss(x, this.#decoder.apply(code), likelihood, output);
      });
    });
    // Not addN: WebGPU binds no more than 8 tensors at once, and says nothing.
    return tf.mul(losses.reduce((sum, loss) => tf.add(sum, loss)), 1 / SAMPLES);
  }

  /** A copy of all parameters' values, by name. */
  async snapshot(): Promise<Map<string, { shape: readonly number[]; data: Float32Array }>> {
    return await copyParameters(this.parameters);
  }

  /**
   * Sets all parameters.
   *
   * @param weights Values by name, as `snapshot` gives them.
   * @throws {TypeError} If one is missing, unknown or of another shape.
   */
  restore(weights: ReadonlyMap<string, { shape: readonly number[]; data: Float32Array }>): void {
    setParameters(this.parameters, weights);
  }

  /** Frees the parameters. */
  dispose(): void {
    for (const network of [this.#encoder, this.#heads, this.#decoder]) network?.dispose();
  }
}
