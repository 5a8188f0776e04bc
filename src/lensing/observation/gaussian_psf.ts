/** The Gaussian point spread function. */

import { positive } from "../_range.ts";
import type { Psf } from "./psf.ts";
import { normalise } from "./round_psf.ts";

/** Options of {@linkcode gaussianPsf}. */
export interface GaussianPsfOptions {
  /** Full width at half maximum, above 0, arcsec. */
  readonly fwhm: number;
  /** Pixel side, above 0, arcsec. */
  readonly pixelScale: number;
  /** Radius, above 0, standard deviations. @default {5} */
  readonly truncation?: number;
}

const ACTION = "create a Gaussian PSF";
/** FWHM over sigma. */
const FWHM = 2 * Math.sqrt(2 * Math.LN2);

/**
 * A Gaussian, sampled at pixel centres.
 *
 * Convention: `scipy.ndimage.gaussian_filter`, which lenstronomy's GAUSSIAN PSF calls, with sigma =
 * FWHM / 2.3548 and a radius of `truncation` sigmas, rounded to pixels. The PSF is separable and
 * therefore fast at any width.
 *
 * @param options Width, pixels and radius.
 * @returns A PSF of 2 r + 1 pixels per side.
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
  const profile = normalise(
    Float64Array.from({ length: size }, (_, i) => Math.exp(-0.5 * ((i - radius) / sigma) ** 2)),
  );
  const weights = Float64Array.from(
    { length: size * size },
    (_, i) => profile[Math.floor(i / size)]! * profile[i % size]!,
  );
  return { size, weights, profile };
}
