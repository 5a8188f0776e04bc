/** What all kinds of models have in common. */

import type { Tensor, Tensor1D } from "../compute/mod.ts";
import type { ModelSpec } from "./spec.ts";

/** Values by name, as a model file holds them. */
export type Weights = Map<string, { shape: readonly number[]; data: Float32Array }>;

/** What the images of a batch lost on the way through, one value an image; see {@linkcode LazyErrors}. */
export interface ImageErrors {
  /** The reconstruction, `[batch, height, width, channels]`, in [0, 1]. */
  readonly reconstruction: Tensor;
  /** The reconstruction loss, summed over pixels. */
  readonly loss: Tensor1D;
  /** KL divergence from the prior in nats; absent for a plain autoencoder. */
  readonly kl?: Tensor1D | undefined;
}

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
