/** Point spread functions of circular symmetry. */

import { integer, outOfRange } from "../_range.ts";
import type { Psf } from "./psf.ts";

/** Options of all round PSFs. */
export interface RoundPsfOptions {
  /** Pixel side, above 0, arcsec. */
  readonly pixelScale: number;
  /** Pixels per side, odd. @default depends on the width */
  readonly size?: number;
  /** Samples along the side of a pixel, over which the PSF is averaged. @default {5} */
  readonly subPixels?: number;
}

/** Scales weights in place so that they add up to 1. */
export function normalise(weights: Float64Array): Float64Array {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  for (let i = 0; i < weights.length; i++) weights[i] = weights[i]! / sum;
  return weights;
}

/**
 * The PSF of a radial profile, averaged over each pixel and normalised.
 *
 * @param action Action that error messages name.
 * @param options Size and sampling.
 * @param defaultSize Pixels per side if the options name none.
 * @param brightness Brightness at a radius in pixels, in any unit.
 * @returns The PSF.
 * @throws {RangeError} If the size is not odd or the sampling is below 1.
 */
export function roundPsf(
  action: string,
  { size, subPixels = 5 }: RoundPsfOptions,
  defaultSize: number,
  brightness: (pixels: number) => number,
): Psf {
  const side = size ?? defaultSize;
  if (!Number.isSafeInteger(side) || side < 1 || side % 2 === 0) {
    throw outOfRange(action, "size", "an odd whole number", side);
  }
  const n = integer(action, "subPixels", subPixels, 1);
  const weights = new Float64Array(side * side), radius = (side - 1) / 2;
  // Symmetry: only one of eight equal parts is computed.
  for (let row = 0; row <= radius; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = 0;
      for (let v = 0; v < n; v++) {
        for (let u = 0; u < n; u++) {
          const x = column + (u + 0.5) / n - 0.5, y = row + (v + 0.5) / n - 0.5;
          sum += brightness(Math.hypot(x, y));
        }
      }
      for (const [i, j] of [[row, column], [column, row]] as const) {
        for (const down of [radius - i, radius + i]) {
          weights[down * side + radius - j] = sum;
          weights[down * side + radius + j] = sum;
        }
      }
    }
  }
  return { size: side, weights: normalise(weights) };
}
