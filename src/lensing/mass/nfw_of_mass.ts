/** An NFW halo by its mass. */

import { positive } from "../_range.ts";
import type { LensGeometry } from "../lens_geometry.ts";
import type { CentreOptions } from "./circular_profile.ts";
import { NFW } from "./nfw.ts";

/** Options of {@linkcode nfwOfMass}. */
export interface NFWOfMassOptions extends CentreOptions {
  /** M200, Msun, above 0: the mass inside r200, of a mean 200 times the critical density. */
  readonly mass200Solar: number;
  /** r200 over the scale radius, above 0. */
  readonly concentration: number;
  /** Where lens and source are. */
  readonly geometry: LensGeometry;
}

/**
 * The NFW halo of a virial mass and concentration.
 *
 * r200 is physical, and the critical density that at the redshift of the lens. Source: Navarro, Frenk
 * and White 1997, ApJ 490, 493, equations 1 and 2.
 *
 * @param options Mass, concentration, geometry and centre.
 * @returns The halo.
 * @throws {RangeError} If the mass or the concentration is not above 0.
 *
 * @example
 * ```ts
 * import { LensGeometry } from "../lens_geometry.ts";
 * import { nfwOfMass } from "./nfw_of_mass.ts";
 *
 * const geometry = new LensGeometry({ lensRedshift: 0.5, sourceRedshift: 1 });
 * const halo = nfwOfMass({ mass200Solar: 1e13, concentration: 5, geometry });
 * if (!(halo.scaleRadius > 5 && halo.scaleRadius < 20)) throw new Error("some 10 arcsec");
 * ```
 */
export function nfwOfMass(
  { mass200Solar, concentration, geometry, x = 0, y = 0 }: NFWOfMassOptions,
): NFW {
  const action = "make an NFW halo";
  positive(action, "mass200Solar", mass200Solar);
  positive(action, "concentration", concentration);
  const mean = 200 * geometry.universe.criticalDensity(geometry.lensRedshift);
  const scaleMpc = Math.cbrt(3 * mass200Solar / (4 * Math.PI * mean)) / concentration;
  const shape = Math.log1p(concentration) - concentration / (1 + concentration);
  const density = mean * concentration ** 3 / (3 * shape);
  const strength = 4 * density * scaleMpc / geometry.criticalDensityPerMpc2;
  const scaleRadius = geometry.arcsecOfKpc(1000 * scaleMpc);
  return new NFW({
    scaleRadius,
    deflectionAtScaleRadius: strength * scaleRadius * (1 - Math.LN2),
    x,
    y,
  });
}
