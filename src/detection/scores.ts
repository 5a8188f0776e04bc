/** The scores that a model can give: one number an image, higher for stranger images. */

import { type Tensor, type Tensor1D, tf } from "../compute/mod.ts";
import { StrayError } from "../errors.ts";
import type { AutoencoderSpec, ImageErrors } from "../models/mod.ts";

/** A score. */
export interface Score {
  /** What it is, in a line. */
  readonly summary: string;
  /** Whether only a variational autoencoder has it. */
  readonly variational: boolean;
  /** From images `[batch, height, width, channels]` and what they lost to `[batch]`. */
  readonly compute: (x: Tensor, errors: ImageErrors, spec: AutoencoderSpec) => Tensor1D;
}

function meanPerImage(x: Tensor): Tensor1D {
  return tf.mean(tf.reshape(x, [x.shape[0]!, -1]), 1);
}

/** All scores, by name. */
export const SCORES: Readonly<Record<string, Score>> = {
  mse: {
    summary: "mean squared error of the reconstruction",
    variational: false,
    compute: (x, { reconstruction }) => meanPerImage(tf.squaredDifference(x, reconstruction)),
  },
  elbo: {
    summary: "negative evidence lower bound: reconstruction loss + beta * KL, in nats",
    variational: true,
    compute: (_, { loss, kl }, { beta }) => tf.add(loss, tf.mul(kl!, beta)),
  },
};

/** The names of the scores that an architecture has. */
export function scoreNames(spec: AutoencoderSpec): string[] {
  return Object.keys(SCORES).filter((name) => spec.latent > 0 || !SCORES[name]!.variational);
}

/**
 * A score of an architecture.
 *
 * @param name Its name.
 * @param spec The architecture.
 * @returns The score.
 * @throws {StrayError} `usage` If the architecture has no such score.
 */
export function findScore(name: string, spec: AutoencoderSpec): Score {
  const names = scoreNames(spec);
  if (names.includes(name)) return SCORES[name]!;
  throw new StrayError(
    "usage",
    `Cannot score by "${name}" as "${spec.name}" must have that score: it has ${names.join(", ")}`,
  );
}
