/** The Moffat point spread function. */

import { outOfRange, positive } from "../_range.ts";
import type { Psf } from "./psf.ts";
import { roundPsf, type RoundPsfOptions } from "./round_psf.ts";

/** Options of {@linkcode moffatPsf}; the default size is 4 times the FWHM to each side. */
export interface MoffatPsfOptions extends RoundPsfOptions {
  /** Full width at half maximum, above 0, arcsec. */
  readonly fwhm: number;
  /** Exponent of the wings, above 1; large values approach a Gaussian. @default {4.765} */
  readonly beta?: number;
}

const ACTION = "create a Moffat PSF";

/**
 * The profile (1 + (r / a)^2)^-beta of stars seen through the atmosphere.
 *
 * Source: Moffat 1969, A&A 3, 455; beta = 4.765 is that of Kolmogorov turbulence (Trujillo et al.
 * 2001, MNRAS 328, 977). Cut at the edge of the square and normalised there.
 *
 * @param options Width, wings, pixels and sampling.
 * @returns The PSF.
 * @throws {RangeError} If a number is out of range.
 *
 * @example
 * ```ts
 * import { moffatPsf } from "./moffat_psf.ts";
 *
 * const { size, weights } = moffatPsf({ fwhm: 0.7, pixelScale: 0.2 });
 * if (size !== 29) throw new Error("14 pixels to each side");
 * if (weights[14 * 29 + 14] !== Math.max(...weights)) throw new Error("it peaks in the middle");
 * ```
 */
export function moffatPsf(options: MoffatPsfOptions): Psf {
  const { beta = 4.765 } = options;
  const fwhm = positive(ACTION, "fwhm", options.fwhm) /
    positive(ACTION, "pixelScale", options.pixelScale);
  if (!(beta > 1 && beta < Infinity)) throw outOfRange(ACTION, "beta", "above 1", beta);
  const scale = 4 * (2 ** (1 / beta) - 1) / (fwhm * fwhm), size = 2 * Math.ceil(4 * fwhm) + 1;
  return roundPsf(ACTION, options, size, (r) => (1 + scale * r * r) ** -beta);
}
