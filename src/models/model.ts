/** What all kinds of models have in common. */

import type { Tensor, Tensor1D } from "../compute/mod.ts";
import type { AaeSpec } from "./aae.ts";
import type { AutoencoderSpec, ImageErrors } from "./autoencoder.ts";
import type { CvaeSpec } from "./cvae.ts";
import type { KnnSpec } from "./knn.ts";
import type { PcaSpec } from "./pca.ts";
import type { RbmSpec } from "./rbm.ts";
import type { ResnetSpec } from "./resnet.ts";

/** A model of a kind of its own, complete: what is stored in a model file. */
export type KindSpec = KnnSpec | PcaSpec | CvaeSpec | AaeSpec | RbmSpec | ResnetSpec;

/** Any model, complete: an autoencoder made of layers has no `kind`. */
export type ModelSpec = AutoencoderSpec | KindSpec;

/** Values by name, as a model file holds them. */
export type Weights = Map<string, { shape: readonly number[]; data: Float32Array }>;

/** A trained model of any kind, on the current backend. */
export interface Model {
  /** What it is. */
  readonly spec: ModelSpec;
  /**
   * What images lose on the way through; absent where nothing is reconstructed.
   *
   * @param x Images, `[batch, height, width, channels]`.
   * @param classes Places of their labels among the model's, -1 where unknown.
   * @returns Reconstructions, and per-image terms.
   */
  errors?(x: Tensor, classes?: Int32Array): ImageErrors;
  /**
   * A score of the model's own.
   *
   * @param name Its name.
   * @param x Images, `[batch, height, width, channels]`.
   * @returns `[batch]`; undefined if the score is not the model's own.
   */
  score?(name: string, x: Tensor): Tensor1D | undefined;
  /** The latents of images, `[batch, …]`; absent for a model without. */
  encode?(x: Tensor): Tensor;
  /**
   * The images that latents stand for; absent for a model that makes none.
   *
   * @param codes `[batch, numbers of a latent]`.
   * @param classes By image, the place of a label among the model's classes, -1 where it does not matter.
   * @returns `[batch, height, width, channels]`.
   */
  decode?(codes: Tensor, classes?: Int32Array): Tensor;
  /** A copy of all values, by name. */
  snapshot(): Promise<Weights>;
  /** Frees the values. */
  dispose(): void;
}

/** Whether a model is an autoencoder made of layers, and nothing more. */
export function isAutoencoder(spec: ModelSpec): spec is AutoencoderSpec {
  return !("kind" in spec);
}
