/** What models are, as data: all that a model file says of one besides its values. */

import type { Layer } from "./layers.ts";
import type { ReconstructionLoss } from "./losses.ts";

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
  /** From the code to what `output` makes an image of. */
  readonly decoder: readonly Layer[];
  /** The reconstruction term of the loss. */
  readonly loss: ReconstructionLoss;
  /** The weight of the KL divergence. */
  readonly beta: number;
  /**
   * What the decoder ends with: logits of values in [0, 1], or the values themselves, which may be any
   * numbers. @default {"sigmoid"}
   */
  readonly output?: "sigmoid" | "linear" | undefined;
}

/** What all models of a kind of their own say. */
export interface KindBase<Kind extends string> {
  /** Its kind. */
  readonly kind: Kind;
  /** The model's name. */
  readonly name: string;
  /** `[height, width, channels]`. */
  readonly inputShape: readonly [number, number, number];
}

/** How the distance of two images is measured. */
export type Metric = "cosine" | "euclidean";

/** A nearest neighbour model, complete. */
export interface KnnSpec extends KindBase<"knn"> {
  /** How many neighbours the mean is taken of. */
  readonly neighbours: number;
  /** Of pixels, the blur done; or of latents. */
  readonly metric: Metric;
  /** Standard deviation of a Gaussian blur in pixels; 0 for none. */
  readonly blur: number;
  /** Where it is not pixels that are compared: the model whose latents are, and their size. */
  readonly latents?: { readonly of: ModelSpec; readonly size: number } | undefined;
}

/** A PCA model, complete. */
export interface PcaSpec extends KindBase<"pca"> {
  /** The number of components. */
  readonly components: number;
}

/** A conditional variational autoencoder, complete. */
export interface CvaeSpec extends KindBase<"cvae"> {
  /** The labels. */
  readonly classes: readonly string[];
  /** Whether the label stands beside a row of pixels, or is as many constant channels. */
  readonly labels: "row" | "channels";
  /** From the image with its label to the features that mean and variance are made of. */
  readonly encoder: readonly Layer[];
  /** Units of the Gaussian latent. */
  readonly latent: number;
  /** From the latent, then the label, to the logits of the image. */
  readonly decoder: readonly Layer[];
  /** The reconstruction term of the loss. */
  readonly loss: ReconstructionLoss;
  /** The weight of the KL divergence. */
  readonly beta: number;
}

/** An adversarial autoencoder, complete. */
export interface AaeSpec extends KindBase<"aae"> {
  /** Encoder and decoder, of a plain code. */
  readonly autoencoder: AutoencoderSpec;
  /** From the code to the logit of its being drawn from the prior. */
  readonly discriminator: readonly Layer[];
}

/** A restricted Boltzmann machine, complete. */
export interface RbmSpec extends KindBase<"rbm"> {
  /** Hidden units. */
  readonly hidden: number;
  /** Steps of Gibbs sampling for a gradient: the k of CD-k. */
  readonly steps: number;
}

/** A residual classifier, complete. */
export interface ResnetSpec extends KindBase<"resnet"> {
  /** The labels. */
  readonly classes: readonly string[];
  /** Filters of each stage; all but the first halve the image. */
  readonly filters: readonly number[];
}

/** A model of a kind of its own, complete: what is stored in a model file. */
export type KindSpec = KnnSpec | PcaSpec | CvaeSpec | AaeSpec | RbmSpec | ResnetSpec;

/** Any model, complete: an autoencoder made of layers has no `kind`. */
export type ModelSpec = AutoencoderSpec | KindSpec;

/** Whether a model is an autoencoder made of layers, and nothing more. */
export function isAutoencoder(spec: ModelSpec): spec is AutoencoderSpec {
  return !("kind" in spec);
}
