/** A Gaussian point spread function. */

import { positive } from "../_range.ts";
import { normalised } from "./_normalised.ts";
import type { Psf } from "./psf.ts";

/** Options of {@linkcode gaussianPsf}. */
export interface GaussianPsfOptions {
  /** Full width at half maximum, arcsec, above 0. */
  readonly fwhm: number;
  /** Side of a pixel, arcsec, above 0. */
  readonly pixelScale: number;
  /** Where it ends, in standard deviations, above 0. @default {5} */
  readonly truncation?: number;
}

const ACTION = "make a Gaussian PSF";
/** FWHM over sigma. */
const FWHM = 2 * Math.sqrt(2 * Math.LN2);

/**
 * A Gaussian, its values at the middles of pixels.
 *
 * The numbers are those of `scipy.ndimage.gaussian_filter`, which lenstronomy's GAUSSIAN PSF calls,
 * with sigma = FWHM / 2.3548 and a radius of `truncation` sigmas, rounded to pixels. It is separable:
 * fast at any width.
 *
 * @param options Its width.
 * @returns A PSF of 2 r + 1 pixels a side.
 * @throws {RangeError} If a number is not above 0.
 *
 * @example
 * ```ts
 * import { gaussianPsf } from "./gaussian_psf.ts";
 *
 * const { size, profile } = gaussianPsf({ fwhm: 2, pixelScale: 1 });
 * if (size !== 9 || !profile) throw new Error("sigma is 0.85, and five of it are 4 pixels");
 * if (Math.abs(profile[5]! / profile[4]! - 0.5) > 1e-12) throw new Error("half at half the width");
 * ```
 */
export function gaussianPsf({ fwhm, pixelScale, truncation = 5 }: GaussianPsfOptions): Psf {
  const sigma = positive(ACTION, "fwhm", fwhm) / FWHM / positive(ACTION, "pixelScale", pixelScale);
  const radius = Math.floor(positive(ACTION, "truncation", truncation) * sigma + 0.5);
  const size = 2 * radius + 1;
  const profile = normalised(
    Float64Array.from({ length: size }, (_, i) => Math.exp(-0.5 * ((i - radius) / sigma) ** 2)),
  );
  const weights = Float64Array.from(
    { length: size * size },
    (_, i) => profile[Math.floor(i / size)]! * profile[i % size]!,
  );
  return { size, weights, profile };
}
