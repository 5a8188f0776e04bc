/** The interface of a trained model, whatever its type. */

import type { Tensor, Tensor1D } from "../compute/mod.ts";
import { StrayError } from "../errors.ts";
import type { ImageSet } from "../training/mod.ts";
import type { ModelSpec } from "./spec.ts";

/** Values as a model file holds them: numbers, or the bytes of a file inside it. */
export interface StoredValues {
  /** Their shape; empty for a scalar. */
  readonly shape: readonly number[];
  /** As many as the shape has. */
  readonly data: Float32Array | Uint8Array;
}

/** Numbers by name. */
export type Weights = Map<string, { shape: readonly number[]; data: Float32Array }>;

/** Values by name, as a model file holds them. */
export type StoredWeights = ReadonlyMap<string, StoredValues>;

/** Reconstructions of a batch and their losses. */
export interface ImageErrors {
  /** The reconstruction, `[batch, height, width, channels]`. */
  readonly reconstruction: Tensor;
  /** The reconstruction loss summed over pixels, `[batch]`. */
  readonly loss: Tensor1D;
  /** KL divergence from the prior in nats, `[batch]`; absent for a plain autoencoder. */
  readonly kl?: Tensor1D | undefined;
}

/** Maps that are wanted of images besides their scores. */
export interface WantedMaps {
  /** The error of each pixel. */
  readonly errors: boolean;
  /** The mass that a lens has beside its smooth one. */
  readonly mass: boolean;
}

/** Findings of a model about a batch of images. */
export interface ImageFindings {
  /** Scores as `Model.scores` gives them. */
  readonly scores: Tensor1D[];
  /** The numbers that the model type names as details, one image after the other. */
  readonly details: Float32Array;
  /** The maps of `Model.errorMaps`, if they are wanted. */
  readonly errors?: Tensor | undefined;
  /** The maps of the mass, if they are wanted. */
  readonly mass?: MassMaps | undefined;
}

/** Maps of the mass that lenses have beside their smooth one, each `[batch, height, width]`. */
export interface MassMaps {
  /** Convergence. */
  readonly convergence: Float32Array;
  /** Its ratio to the standard deviation under noise alone. */
  readonly significance: Float32Array;
}

/**
 * A trained model on the current backend.
 *
 * Optional methods are capabilities: {@linkcode requireCapability} asks for one.
 */
export interface Model {
  /** The model as data. */
  readonly spec: ModelSpec;
  /**
   * Computes of images all that the other methods need and cannot compute at once, and keeps it as long as the tensor:
   * it must have ended before they are called with the same tensor. Absent where they need nothing.
   *
   * @param x Images, `[batch, height, width, channels]`.
   * @param indices Index of each image among those of the training, if it is one of them.
   */
  prepare?(x: Tensor, indices?: Uint32Array): Promise<void>;
  /**
   * Scores images; higher is stranger.
   *
   * @param names Names of scores that the model type lists for this spec.
   * @param x Images, `[batch, height, width, channels]`.
   * @param classes Index of each image's label among the model's classes, -1 where unknown.
   * @returns `[batch]` per name, possibly infinite.
   */
  scores(names: readonly string[], x: Tensor, classes?: Int32Array): Tensor1D[];
  /**
   * Scores images as `scores`, with all else that is found of them: for models that fit each image, which takes nearly
   * all their time.
   */
  inspect?(names: readonly string[], x: Tensor, wanted: WantedMaps): ImageFindings;
  /**
   * Scores images that the model remembers, each as if the model did not remember it.
   *
   * @param names As for `scores`.
   * @param x As for `scores`.
   * @param indices Index of each image among those of the training.
   */
  leaveOneOut?(names: readonly string[], x: Tensor, indices: Uint32Array): Tensor1D[];
  /**
   * A model that remembers further images too; this one is not to be used any more, nor disposed of.
   *
   * @param images Images as the model sees them.
   * @returns The model, and the index of the first of them among those that it remembers.
   */
  withImages?(images: ImageSet): Promise<{ readonly model: Model; readonly first: number }>;
  /** The loss that training minimises, without random draws, `[batch]`; parameters as `scores`. */
  validationLoss?(x: Tensor, classes?: Int32Array): Tensor1D;
  /** Reconstructs images; parameters as `scores`. */
  errors?(x: Tensor, classes?: Int32Array): ImageErrors;
  /** The error of each pixel, `[batch, height, width]`; the score `max_error` calibrates it. */
  errorMaps?(x: Tensor): Tensor;
  /** Latents of images, `[batch, …]`; the mean of a Gaussian latent. */
  encode?(x: Tensor): Tensor;
  /**
   * Images of latents.
   *
   * @param codes `[batch, latent size]`.
   * @param classes Per image, the class to condition on, for a conditional model.
   * @returns `[batch, height, width, channels]`.
   */
  decode?(codes: Tensor, classes?: Int32Array): Tensor;
  /** Copies all values, by name. */
  snapshot(): Promise<StoredWeights>;
  /** Frees the values. */
  dispose(): void;
}

/** The optional methods of a model: the action and the noun that error messages use. */
const CAPABILITIES = {
  encode: ["encode images", "latents"],
  errors: ["reconstruct images", "reconstructions"],
  errorMaps: ["map errors", "reconstructions"],
  inspect: ["map mass", "lenses that it fits"],
  decode: ["make images", "a decoder"],
  validationLoss: ["measure a loss", "a loss"],
  leaveOneOut: ["leave images out", "images that it remembers"],
  withImages: ["add images", "a memory of patches"],
} as const;

/** The name of an optional method of a model. */
export type Capability = keyof typeof CAPABILITIES;

/** A model that has a capability. */
export type Capable<Name extends Capability> = Model & Required<Pick<Model, Name>>;

/**
 * Asserts that a model has a capability.
 *
 * @param model The model.
 * @param name The capability.
 * @returns The model.
 * @throws {StrayError} `usage` If the model lacks it.
 */
export function requireCapability<Name extends Capability>(
  model: Model,
  name: Name,
): Capable<Name> {
  if (model[name] !== undefined) return model as Capable<Name>;
  const [action, noun] = CAPABILITIES[name];
  throw new StrayError(
    "usage",
    `Cannot ${action} by "${model.spec.name}" as the model must have ${noun}`,
    { hint: name === "withImages" ? "train patchcore" : "use an autoencoder, such as vae" },
  );
}
