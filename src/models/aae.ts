/** Adversarial autoencoders: a code that a discriminator cannot tell from the prior. */

import {
  constant,
  reshape,
  type Tensor,
  type Tensor1D,
  tf,
  traced,
  type Variable,
} from "../compute/mod.ts";
import type { Random } from "../random.ts";
import { Autoencoder } from "./autoencoder.ts";
import type { AaeSpec } from "./spec.ts";
import { outputShape } from "./layers.ts";
import type { ImageErrors, Model, Weights } from "./model.ts";
import { type Moments, Network, type Parameter, type TrainingPass } from "./network.ts";
import { copyParameters, setParameters } from "./parameters.ts";

/**
 * An adversarial autoencoder (Makhzani et al. 2015, arXiv 1511.05644, section 2; for lenses Alexander et
 * al. 2021, arXiv 2008.12731): its codes are to be distributed as a standard normal prior.
 */
export class Aae implements Model {
  readonly spec: AaeSpec;
  readonly #autoencoder: Autoencoder;
  readonly #discriminator: Network;
  readonly #codeShape: readonly number[];

  /**
   * @param spec What it is.
   * @param random Where the initial values come from.
   */
  constructor(spec: AaeSpec, random: Random) {
    this.spec = spec;
    const { encoder, inputShape } = spec.autoencoder;
    this.#autoencoder = new Autoencoder(spec.autoencoder, random);
    this.#codeShape = encoder.reduce<readonly number[]>(
      (s, layer) => outputShape(layer, s),
      inputShape,
    );
    this.#discriminator = new Network("discriminator", spec.discriminator, this.#codeShape, random);
  }

  /** All parameters, trained or not, by name. */
  get parameters(): readonly Parameter[] {
    return [...this.#autoencoder.parameters, ...this.#discriminator.parameters];
  }

  /** Those of the autoencoder: all but the discriminator's. */
  get autoencoderParameters(): readonly Parameter[] {
    return this.#autoencoder.parameters;
  }

  /** Whether the reconstruction loss is made of our operations alone: see `sumAndGradients`. */
  get traceable(): boolean {
    return this.#autoencoder.traceable;
  }

  /** What each of the three optimisers moves. */
  get players(): Readonly<Record<"autoencoder" | "encoder" | "discriminator", Variable[]>> {
    const of = (parameters: readonly Parameter[]) =>
      parameters.filter((p) => p.trainable).map((p) => p.value);
    const { parameters } = this.#autoencoder;
    return {
      autoencoder: of(parameters),
      encoder: of(parameters.filter(({ name }) => name.startsWith("encoder/"))),
      discriminator: of(this.#discriminator.parameters),
    };
  }

  /** The reconstruction loss of each image as trained, `[batch]`. */
  trainingLoss(x: Tensor, pass: TrainingPass): Tensor1D {
    return this.#autoencoder.trainingLoss(x, pass);
  }

  /** Codes of images by batch statistics, or without a pass as in use. */
  encode(x: Tensor, pass?: TrainingPass): Tensor {
    return this.#autoencoder.encode(x, pass);
  }

  /** As many codes drawn from the prior. */
  prior(batch: number, pass: TrainingPass): Tensor {
    return constant(pass.normal([batch, ...this.#codeShape]));
  }

  /**
   * How surprised the discriminator is: -log of the probability that it gives to what is true, or wanted.
   *
   * @param code Codes.
   * @param drawn Whether they are to be taken for drawn from the prior.
   * @returns In nats, `[batch]`.
   */
  surprise(code: Tensor, drawn: boolean): Tensor1D {
    const logits = reshape(this.#discriminator.apply(code), [code.shape[0]!]);
    const sign = drawn ? -1 : 1;
    return traced({ logits }, () => tf.softplus(tf.mul(logits, sign)), (dy) => ({
      logits: () => tf.mul(dy, tf.mul(tf.sigmoid(tf.mul(logits, sign)), sign)),
    })) as Tensor1D;
  }

  /** Merges a step's batch statistics into the running ones. */
  update(moments: readonly Moments[]): void {
    this.#autoencoder.update(moments);
  }

  /** What images lose on the way through. */
  errors(x: Tensor): ImageErrors {
    return this.#autoencoder.errors(x);
  }

  /** The images of codes. */
  decode(codes: Tensor): Tensor {
    return this.#autoencoder.decode(codes);
  }

  /** `prior`: how surprised the discriminator is to be told that the code is drawn from the prior. */
  score(name: string, x: Tensor): Tensor1D | undefined {
    return name === "prior" ? this.surprise(this.encode(x), true) : undefined;
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
    this.#autoencoder.dispose();
    this.#discriminator.dispose();
  }
}
