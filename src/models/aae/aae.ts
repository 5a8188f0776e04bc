/** Adversarial autoencoders: a discriminator makes their codes indistinguishable from the prior. */

import {
  constant,
  reshape,
  type Tensor,
  type Tensor1D,
  tf,
  traced,
  type Variable,
} from "../../compute/mod.ts";
import type { Random } from "../../random.ts";
import { type Parameter, trainableOf, type TrainingPass } from "../../training/mod.ts";
import { Autoencoder } from "../autoencoder/autoencoder.ts";
import type { ImageErrors, Model } from "../model.ts";
import { once } from "../network/lazy_errors.ts";
import { Network } from "../network/network.ts";
import { NetworkModel } from "../network/network_model.ts";
import { errorMaps, reconstructionScore } from "../network/reconstruction_scores.ts";
import { type AaeSpec, codeShape, discriminatorChain } from "./spec.ts";

/**
 * An adversarial autoencoder (Makhzani et al. 2015, arXiv 1511.05644, section 2; for lenses Alexander et
 * al. 2021, arXiv 2008.12731): its codes are to be distributed as a standard normal prior.
 */
export class Aae extends NetworkModel implements Model {
  readonly spec: AaeSpec;
  readonly networks: readonly Network[];
  readonly #autoencoder: Autoencoder;
  readonly #discriminator: Network;

  /**
   * @param spec The model as data.
   * @param random Source of the initial values.
   */
  constructor(spec: AaeSpec, random: Random) {
    super();
    this.spec = spec;
    this.#autoencoder = new Autoencoder(spec.autoencoder, random);
    this.#discriminator = new Network(discriminatorChain(spec), random);
    this.networks = [...this.#autoencoder.networks, this.#discriminator];
  }

  /** Parameters of encoder and decoder. */
  get autoencoderParameters(): readonly Parameter[] {
    return this.#autoencoder.parameters;
  }

  /** Whether the reconstruction loss consists of our operations alone: see `sumAndGradients`. */
  get traceable(): boolean {
    return this.#autoencoder.traceable;
  }

  /** The variables of the three optimisers, in the order of their turns. */
  get players(): readonly [
    autoencoder: Variable[],
    discriminator: Variable[],
    encoder: Variable[],
  ] {
    const { parameters } = this.#autoencoder;
    const encoder = parameters.filter(({ name }) => name.startsWith("encoder/"));
    return [
      trainableOf(parameters),
      trainableOf(this.#discriminator.parameters),
      trainableOf(encoder),
    ];
  }

  /** The reconstruction loss as trained, `[batch]`. */
  trainingLoss(x: Tensor, pass: TrainingPass): Tensor1D {
    return this.#autoencoder.trainingLoss({ x }, pass);
  }

  /** Encodes images, with batch statistics if there is a training pass. */
  encode(x: Tensor, pass?: TrainingPass): Tensor {
    return this.#autoencoder.encode(x, pass);
  }

  /** Draws codes from the prior. */
  prior(batch: number, pass: TrainingPass): Tensor {
    return constant(pass.normal([batch, ...codeShape(this.spec)]));
  }

  /**
   * The discriminator's cross-entropy: -log of the probability that it gives to a claim.
   *
   * @param code Codes.
   * @param drawn Whether the claim is that they are drawn from the prior.
   * @returns In nats, `[batch]`.
   */
  surprise(code: Tensor, drawn: boolean): Tensor1D {
    const logits = reshape(this.#discriminator.apply(code), [code.shape[0]!]);
    const sign = drawn ? -1 : 1;
    return traced({ logits }, () => tf.softplus(tf.mul(logits, sign)), (dy) => ({
      logits: () => tf.mul(dy, tf.mul(tf.sigmoid(tf.mul(logits, sign)), sign)),
    })) as Tensor1D;
  }

  /** Reconstructs images. */
  errors(x: Tensor): ImageErrors {
    return this.#autoencoder.errors(x);
  }

  /** The error of each pixel, `[batch, height, width]`. */
  errorMaps(x: Tensor): Tensor {
    return errorMaps(x, this.errors(x).reconstruction);
  }

  /** The reconstruction loss without random draws, `[batch]`. */
  validationLoss(x: Tensor): Tensor1D {
    return this.errors(x).loss;
  }

  /** Images of codes. */
  decode(codes: Tensor): Tensor {
    return this.#autoencoder.decode(codes);
  }

  /** Computes scores; `prior` is the cross-entropy of the claim that the code is the prior's. */
  scores(names: readonly string[], x: Tensor): Tensor1D[] {
    const errors = once(() => this.errors(x));
    return names.map((name) =>
      name === "prior"
        ? this.surprise(this.encode(x), true)
        : reconstructionScore(name, x, errors())
    );
  }
}
