/** A Moffat point spread function. */

import { outOfRange, positive, whole } from "../_range.ts";
import { roundWeights } from "./_normalised.ts";
import type { Psf } from "./psf.ts";

/** Options of {@linkcode moffatPsf}. */
export interface MoffatPsfOptions {
  /** Full width at half maximum, arcsec, above 0. */
  readonly fwhm: number;
  /** Side of a pixel, arcsec, above 0. */
  readonly pixelScale: number;
  /** How fast the wings fall, above 1; large is a Gaussian. @default {4.765} */
  readonly beta?: number;
  /** Pixels a side, odd. @default 4 times the FWHM to each side */
  readonly size?: number;
  /** Points along a pixel's side that the PSF is averaged over. @default {5} */
  readonly subPixels?: number;
}

const ACTION = "make a Moffat PSF";

/**
 * The profile (1 + (r / a)^2)^-beta of stars seen through the atmosphere.
 *
 * Source: Moffat 1969, A&A 3, 455; beta = 4.765 is that of Kolmogorov turbulence (Trujillo et al.
 * 2001, MNRAS 328, 977). Cut at the edge of its square and normalised there.
 *
 * @param options Its width and wings.
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
  const { beta = 4.765, subPixels = 5 } = options;
  const fwhm = positive(ACTION, "fwhm", options.fwhm) /
    positive(ACTION, "pixelScale", options.pixelScale);
  if (!(beta > 1 && beta < Infinity)) throw outOfRange(ACTION, "beta", "above 1", beta);
  const size = oddSize(ACTION, options.size ?? 2 * Math.ceil(4 * fwhm) + 1);
  const scale = 4 * (2 ** (1 / beta) - 1) / (fwhm * fwhm);
  const n = whole(ACTION, "subPixels", subPixels, 1);
  return { size, weights: roundWeights(size, n, (r) => (1 + scale * r * r) ** -beta) };
}

/** The side of a PSF, checked. */
export function oddSize(action: string, size: number): number {
  if (!Number.isSafeInteger(size) || size < 1 || size % 2 === 0) {
    throw outOfRange(action, "size", "an odd whole number", size);
  }
  return size;
}
