/** How long a vortex of axion dark matter is. */

import { positive } from "../_range.ts";

/**
 * The length of a vortex, from end to end, by the mass of its axion.
 *
 * 0.06 arcsec at 1e-22 eV, inversely as the mass: twice the half-length 0.06 / (2 m) x 1e-22 of
 * DeepLenseSim's axion vortices, for a halo at redshift 0.5 (github.com/mwt5345/DeepLenseSim, which
 * draws m log-uniformly between 1e-24 and 1e-22 eV). It goes as the de Broglie wavelength, and so does the length over which
 * condensates are coherent (Hui, Ostriker, Tremaine and Witten 2017, Phys. Rev. D 95, 043541).
 *
 * @param axionMassEv Electronvolts, above 0.
 * @returns Arcsec.
 * @throws {RangeError} If the mass is not above 0.
 *
 * @example
 * ```ts
 * import { vortexLength } from "./vortex_length.ts";
 *
 * if (Math.abs(vortexLength(1e-24) - 6) > 1e-12) throw new Error("6 arcsec at 1e-24 eV");
 * ```
 */
export function vortexLength(axionMassEv: number): number {
  positive("find a vortex's length", "axionMassEv", axionMassEv);
  return 0.06 * (1e-22 / axionMassEv);
}
