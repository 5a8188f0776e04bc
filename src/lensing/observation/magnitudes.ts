/** Magnitudes and fluxes. */

import { finite, positive } from "../_range.ts";

/**
 * The flux of a magnitude: 10^(-0.4 (m - zero point)).
 *
 * Source: Pogson 1856; AB magnitudes where the zero point is of that system (Oke and Gunn 1983).
 *
 * @param magnitude Of a source, or of a square arcsec.
 * @param zeroPoint Magnitude of a flux of 1.
 * @returns Flux, of the source or of a square arcsec.
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
  const action = "turn a magnitude into a flux";
  return 10 **
    (-0.4 * (finite(action, "magnitude", magnitude) - finite(action, "zeroPoint", zeroPoint)));
}

/**
 * The magnitude of a flux.
 *
 * @param flux Above 0.
 * @param zeroPoint Magnitude of a flux of 1.
 * @returns The magnitude.
 * @throws {RangeError} If the flux is not above 0, or a number not finite.
 *
 * @example
 * ```ts
 * import { magnitudeOfFlux } from "./magnitudes.ts";
 *
 * if (magnitudeOfFlux(10, 26) !== 23.5) throw new Error("10 are 2.5 magnitudes");
 * ```
 */
export function magnitudeOfFlux(flux: number, zeroPoint: number): number {
  const action = "turn a flux into a magnitude";
  return finite(action, "zeroPoint", zeroPoint) - 2.5 * Math.log10(positive(action, "flux", flux));
}
