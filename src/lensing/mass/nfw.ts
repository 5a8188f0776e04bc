/** The NFW profile: halos of cold dark matter. */

import { nonNegative, positive } from "../_range.ts";
import type { LensGeometry } from "../lens_geometry.ts";
import type { CentreOptions } from "../placement.ts";
import { CircularProfile } from "./circular_profile.ts";

/** Options of {@linkcode NFW}. */
export interface NFWOptions extends CentreOptions {
  /** Scale radius, where the density falls as r^-2, above 0, arcsec. */
  readonly scaleRadius: number;
  /** Deflection at the scale radius, which sets the mass, 0 or more, arcsec. */
  readonly deflectionAtScaleRadius: number;
}

/**
 * The spherical halo of Navarro, Frenk and White: density 1 / (r/rs (1 + r/rs)^2).
 *
 * Source: Navarro, Frenk and White 1996, ApJ 462, 563; lensing: Wright and Brainerd 2000, ApJ 534,
 * 34, equations 11 to 16. Convention: lenstronomy's `NFW` with `Rs` and `alpha_Rs`. The total mass
 * is infinite. The potential is 0 at the centre, where the convergence grows as the logarithm of
 * the radius.
 *
 * @example
 * ```ts
 * import { NFW } from "./nfw.ts";
 *
 * const halo = new NFW({ scaleRadius: 5, deflectionAtScaleRadius: 1.5 });
 * if (Math.abs(halo.deflection(0, 5).y - 1.5) > 1e-12) throw new Error("as asked");
 * ```
 */
export class NFW extends CircularProfile {
  /** Scale radius, arcsec. */
  readonly scaleRadius: number;
  /** Deflection at the scale radius, arcsec. */
  readonly deflectionAtScaleRadius: number;
  /** 2 rho_s r_s over the critical surface density. */
  readonly #strength: number;

  /**
   * Creates the halo.
   *
   * @param options Scale radius, deflection and centre.
   * @throws {RangeError} If the radius is not above 0, the deflection is negative, or a number is
   *   not finite.
   */
  constructor(options: NFWOptions) {
    const action = "place an NFW halo", deflection = options.deflectionAtScaleRadius;
    super(action, options);
    this.scaleRadius = positive(action, "scaleRadius", options.scaleRadius);
    this.deflectionAtScaleRadius = nonNegative(action, "deflectionAtScaleRadius", deflection);
    this.#strength = deflection / (2 * options.scaleRadius * (1 - Math.LN2));
  }

  /** The potential at a radius, arcsec^2. */
  override potentialAt(radius: number): number {
    const x = radius / this.scaleRadius;
    return this.#strength * this.scaleRadius ** 2 * potentialShape(x);
  }

  /** The outward deflection at a radius, arcsec. */
  override deflectionAt(radius: number): number {
    const x = radius / this.scaleRadius;
    return 2 * this.#strength * this.scaleRadius * massShape(x) / x;
  }

  /** The convergence at a radius. */
  override convergenceAt(radius: number): number {
    return this.#strength * densityShape(radius / this.scaleRadius);
  }
}

/** Options of {@linkcode nfwOfMass}. */
export interface NFWOfMassOptions extends CentreOptions {
  /** M200: mass inside r200, where the mean density is 200 critical densities, above 0, Msun. */
  readonly mass200Solar: number;
  /** Concentration: r200 over the scale radius, above 0. */
  readonly concentration: number;
  /** Redshifts and distances of lens and source. */
  readonly geometry: LensGeometry;
}

/**
 * The NFW halo of a virial mass and concentration.
 *
 * r200 is a physical length, and the critical density is that at the redshift of the lens. Source:
 * Navarro, Frenk and White 1997, ApJ 490, 493, equations 1 and 2.
 *
 * @param options Mass, concentration, geometry and centre.
 * @returns The halo.
 * @throws {RangeError} If the mass or the concentration is not above 0.
 *
 * @example
 * ```ts
 * import { LensGeometry } from "../lens_geometry.ts";
 * import { nfwOfMass } from "./nfw.ts";
 *
 * const geometry = new LensGeometry({ lensRedshift: 0.5, sourceRedshift: 1 });
 * const halo = nfwOfMass({ mass200Solar: 1e13, concentration: 5, geometry });
 * if (!(halo.scaleRadius > 5 && halo.scaleRadius < 20)) throw new Error("some 10 arcsec");
 * ```
 */
export function nfwOfMass(
  { mass200Solar, concentration, geometry, ...centre }: NFWOfMassOptions,
): NFW {
  const action = "create an NFW halo";
  positive(action, "mass200Solar", mass200Solar);
  positive(action, "concentration", concentration);
  const mean = 200 * geometry.cosmology.criticalDensity(geometry.lensRedshift);
  const scaleMpc = Math.cbrt(3 * mass200Solar / (4 * Math.PI * mean)) / concentration;
  const shape = Math.log1p(concentration) - concentration / (1 + concentration);
  const density = mean * concentration ** 3 / (3 * shape);
  const strength = 4 * density * scaleMpc / geometry.criticalDensityPerMpc2;
  const scaleRadius = geometry.arcsecOfKpc(1000 * scaleMpc);
  const deflectionAtScaleRadius = strength * scaleRadius * (1 - Math.LN2);
  return new NFW({ ...centre, scaleRadius, deflectionAtScaleRadius });
}

/** |1 - x^2| below which the closed forms lose digits. */
const NEAR_ONE = 0.03;

/** arccosh(1 / x) / sqrt(1 - x^2), continued by arccos beyond x = 1. */
function arc(x: number): number {
  const d = 1 - x * x;
  if (Math.abs(d) < NEAR_ONE) return 1 + d * arcSeries(d);
  const w = Math.sqrt(Math.abs(d));
  return d < 0 ? Math.atan(w) / w : Math.log((1 + w) / x) / w;
}

/** (arc - 1) / d for d = 1 - x^2 near 0: 1/3 + d/5 + d^2/7 ... */
function arcSeries(d: number): number {
  let sum = 0;
  for (let k = 10; k >= 1; k--) sum = sum * d + 1 / (2 * k + 1);
  return sum;
}

/** ln(2 / x) - arccosh(1 / x) for x < 1, without cancellation. */
function logGap(x: number): number {
  return -Math.log1p(-x * x / (2 * (1 + Math.sqrt(1 - x * x))));
}

/** Convergence over 2 rho_s r_s. */
function densityShape(x: number): number {
  const d = 1 - x * x;
  return Math.abs(d) < NEAR_ONE ? arcSeries(d) : (arc(x) - 1) / d;
}

/** Mass inside x over 4 pi rho_s r_s^3. */
function massShape(x: number): number {
  const d = 1 - x * x;
  if (d < NEAR_ONE) return Math.log(x / 2) + arc(x);
  const w = Math.sqrt(d);
  return (Math.log(2 / x) * x * x / (1 + w) - logGap(x)) / w;
}

/** Integral of 2 massShape(x) / x from 0. */
function potentialShape(x: number): number {
  if (x < 1) {
    const gap = logGap(x);
    return gap * (2 * Math.log(2 / x) - gap);
  }
  return Math.log(x / 2) ** 2 + Math.atan(Math.sqrt(x * x - 1)) ** 2;
}
