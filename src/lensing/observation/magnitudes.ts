/** Conversion of magnitudes to fluxes. */

import { finite } from "../_range.ts";

/**
 * The flux of a magnitude: 10^(-0.4 (m - zero point)).
 *
 * Source: Pogson 1856; AB magnitudes if the zero point is of that system (Oke and Gunn 1983).
 *
 * @param magnitude Magnitude of a source, or per arcsec^2.
 * @param zeroPoint Magnitude of a flux of 1.
 * @returns Flux of the source, or per arcsec^2.
 * @throws {RangeError} If a number is not finite.
 *
 * @example
 * ```ts
 * import { fluxOfMagnitude } from "./magnitudes.ts";
 *
 * if (Math.abs(fluxOfMagnitude(23.5, 26) - 10) > 1e-12) throw new Error("2.5 magnitudes are 10");
 * ```
 */
export function fluxOfMagnitude(magnitude: number, zeroPoint: number): number {
  const action = "convert a magnitude to a flux";
  return 10 **
    (-0.4 * (finite(action, "magnitude", magnitude) - finite(action, "zeroPoint", zeroPoint)));
}
