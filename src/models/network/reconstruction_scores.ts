/** Scores computed from reconstructions. */

import {
  blurPower,
  blurredSquares,
  pixelLoss,
  type Tensor,
  type Tensor1D,
  tf,
} from "../../compute/mod.ts";
import type { ImageErrors } from "../model.ts";
import { INPUT_COMPLEXITY, LOSS, MAX_ERROR, NEGATIVE_ELBO } from "../scores.ts";
import { contextCodeLength } from "./code_length.ts";

/** Mean square below which an image counts as dark: a level of 1 in 100. */
const DARK = 1e-4;

/** Root mean square of each blurred image, which errors are measured against, `[batch]`. */
function brightness(x: Tensor): Tensor1D {
  return tf.sqrt(tf.add(blurPower(x), DARK));
}

/**
 * The error of each pixel; `blurred_mse` is its mean over an image, `max_error` its maximum.
 *
 * A pixel's noise grows with its brightness (photon noise: the variance is the mean), so errors of
 * a bright image are scaled down. The blur halves the error of a feature displaced by one pixel.
 *
 * @param x Images, `[batch, height, width, channels]`.
 * @param reconstruction Their reconstructions.
 * @returns `[batch, height, width]`.
 */
export function errorMaps(x: Tensor, reconstruction: Tensor): Tensor {
  return tf.div(blurredSquares(x, reconstruction), tf.reshape(brightness(x), [-1, 1, 1]));
}

/** The reconstruction loss with the KL divergence, `[batch]`. */
export function totalLoss({ loss, kl }: ImageErrors, beta: number): Tensor1D {
  return kl ? tf.add(loss, tf.mul(kl, beta)) : loss;
}

/**
 * Computes a score that `reconstructionScores` describes.
 *
 * `input_complexity` is S(x) = -log p(x) - L(x), the negative log-likelihood minus the code length of the
 * image (Serrà et al. 2019, arXiv 1909.11480): simple images, which any model finds likely, no longer
 * look normal. There p is a density of 8-bit levels and L the size of a compressed file, in bits per
 * dimension; here both are Bernoulli, in nats: see {@linkcode contextCodeLength}.
 *
 * @param name Its name.
 * @param x Images, `[batch, height, width, channels]`.
 * @param errors Their errors.
 * @param beta Weight of the KL divergence. @default {1}
 * @returns `[batch]`.
 * @throws {TypeError} If there is no such score.
 */
export function reconstructionScore(
  name: string,
  x: Tensor,
  errors: ImageErrors,
  beta = 1,
): Tensor1D {
  switch (name) {
    case "blurred_mse":
      return tf.div(blurPower(x, errors.reconstruction), brightness(x));
    case "mse": {
      const sums = pixelLoss(x, errors.reconstruction, "mse", "linear");
      return tf.div(sums, x.size / x.shape[0]!);
    }
    case MAX_ERROR:
      return tf.max(errorMaps(x, errors.reconstruction), [1, 2]);
    case LOSS:
    case NEGATIVE_ELBO:
      return totalLoss(errors, beta);
    case INPUT_COMPLEXITY:
      return tf.sub(totalLoss(errors, beta), contextCodeLength(x));
    default:
      throw new TypeError(`Cannot compute the score "${name}" from a reconstruction`);
  }
}
