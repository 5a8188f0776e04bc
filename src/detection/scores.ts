/** The scores that a model can give: one number an image, higher for stranger images. */

import { blurPower, blurredSquares, type Tensor, type Tensor1D, tf } from "../compute/mod.ts";
import { StrayError } from "../errors.ts";
import {
  type ImageErrors,
  isAutoencoder,
  kindScoreNames,
  LABEL_SCORE,
  type Model,
  type ModelSpec,
} from "../models/mod.ts";

/** A score. */
export interface Score {
  /** What it is, in a line. */
  readonly summary: string;
  /** Whether only a variational autoencoder has it. */
  readonly variational: boolean;
  /** From images `[batch, height, width, channels]` and what they lost to `[batch]`. */
  readonly compute: (x: Tensor, errors: ImageErrors, spec: ModelSpec) => Tensor1D;
}

function meanPerImage(x: Tensor): Tensor1D {
  return tf.mean(tf.reshape(x, [x.shape[0]!, -1]), 1);
}

/** Mean square below which an image counts as dark: a level of 1 in 100. */
const DARK = 1e-4;

/** What an image's errors are measured by, `[batch]`; see `nse`. */
function brightness(x: Tensor): Tensor1D {
  return tf.sqrt(tf.add(blurPower(x), DARK));
}

/**
 * Where in an image the error is: of each pixel what `nse` takes the mean of, and `peak` the greatest.
 *
 * @param x Images, `[batch, height, width, channels]`.
 * @param reconstruction What a model makes of them.
 * @returns `[batch, height, width]`.
 */
export function errorMaps(x: Tensor, reconstruction: Tensor): Tensor {
  return tf.div(blurredSquares(x, reconstruction), tf.reshape(brightness(x), [-1, 1, 1]));
}

/** The score by which a map of errors is judged: no pixel of a normal image has more, but for a few. */
export const PEAK_SCORE = "peak";

/** All scores, by name. */
export const SCORES: Readonly<Record<string, Score>> = {
  /*
   * A pixel's noise grows with its brightness (photon noise: its variance is its mean), so the error of
   * a bright image is forgiven more; and what one pixel lacks and its neighbour has is half forgiven.
   */
  nse: {
    summary: "squared error after a blur of one pixel, over the image's root mean square",
    variational: false,
    compute: (x, { reconstruction }) => tf.div(blurPower(x, reconstruction), brightness(x)),
  },
  mse: {
    summary: "mean squared error of the reconstruction",
    variational: false,
    compute: (x, { reconstruction }) => meanPerImage(tf.squaredDifference(x, reconstruction)),
  },
  [PEAK_SCORE]: {
    summary: "greatest squared error of a pixel after the blur, over the image's root mean square",
    variational: false,
    compute: (x, { reconstruction }) => tf.max(errorMaps(x, reconstruction), [1, 2]),
  },
  elbo: {
    summary: "negative evidence lower bound: reconstruction loss + beta * KL, in nats",
    variational: true,
    compute: (_, { loss, kl }, spec) => tf.add(loss, tf.mul(kl!, "beta" in spec ? spec.beta : 1)),
  },
};

/** Scores that take many passes through a model. */
export const COSTLY_SCORES: readonly string[] = ["probability"];

/** The names of the scores that a model has. */
export function scoreNames(spec: ModelSpec): string[] {
  if (!isAutoencoder(spec)) return kindScoreNames(spec);
  const names = Object.keys(SCORES).filter((name) => spec.latent > 0 || !SCORES[name]!.variational);
  return spec.latent > 0 ? [...names, ...COSTLY_SCORES] : names;
}

/**
 * Checks that a model has a score.
 *
 * @param name The score's name.
 * @param spec The model.
 * @throws {StrayError} `usage` If it has no such score.
 */
export function requireScore(name: string, spec: ModelSpec): void {
  const names = scoreNames(spec);
  if (names.includes(name)) return;
  throw new StrayError(
    "usage",
    `Cannot score by "${name}" as "${spec.name}" must have that score: it has ${names.join(", ")}`,
  );
}

/**
 * Scores images.
 *
 * @param model The model.
 * @param x Images, `[batch, height, width, channels]`.
 * @param names Of scores that the model has.
 * @param classes By image, the place of its label among the model's, -1 where unknown.
 * @returns `[batch]`, for each name; not bounded yet (see `boundScores`).
 */
export function computeScores(
  model: Model,
  x: Tensor,
  names: readonly string[],
  classes?: Int32Array,
): Tensor1D[] {
  let blind: ImageErrors | undefined, told: ImageErrors | undefined;
  return names.map((name) => {
    const own = model.score?.(name, x);
    if (own) return own;
    if (!name.endsWith(LABEL_SCORE)) {
      return SCORES[name]!.compute(x, blind ??= model.errors!(x), model.spec);
    }
    const base = SCORES[name.slice(0, -LABEL_SCORE.length)]!;
    return base.compute(x, told ??= model.errors!(x, classes), model.spec);
  });
}
