/** A flat universe of matter and a cosmological constant: how far things are. */

import { gaussLegendre } from "./_gauss_legendre.ts";
import { notNegative, outOfRange, positive } from "./_range.ts";

/** Options of {@linkcode FlatUniverse}. */
export interface FlatUniverseOptions {
  /** H0, km/s/Mpc, above 0. @default {70} */
  readonly hubbleConstant?: number;
  /** Density of matter today in critical densities, in (0, 1]. @default {0.3} */
  readonly matterDensity?: number;
}

const SPEED_OF_LIGHT_KM_S = 299792.458;
/** G times the Sun's mass, m^3/s^2 (IAU 2015 resolution B3). */
const SOLAR_GRAVITY = 1.3271244e20;
/** IAU 2015 resolution B2. */
const METRES_PER_MPC = 6.48e11 / Math.PI * 149597870700;

const RULE = gaussLegendre(16);
/** Panels of the integral over ln(1 + z): 16 nodes leave no error there. */
const PANEL = 0.5;

/**
 * A flat universe of cold matter and a cosmological constant; radiation and neutrinos are left out.
 *
 * Source: Hogg 1999, astro-ph/9905116, equations 14 to 19; as astropy's `FlatLambdaCDM` with
 * `Tcmb0=0`. The integral is Gauss-Legendre's, exact to rounding.
 *
 * @example
 * ```ts
 * import { FlatUniverse } from "./cosmology.ts";
 *
 * const universe = new FlatUniverse({ hubbleConstant: 70, matterDensity: 0.3 });
 * if (Math.abs(universe.distanceMpc(0.5) - 1259.08) > 0.01) throw new Error("unexpected distance");
 * ```
 */
export class FlatUniverse {
  /** H0, km/s/Mpc. */
  readonly hubbleConstant: number;
  /** Density of matter today in critical densities. */
  readonly matterDensity: number;

  /**
   * Makes a universe.
   *
   * @param options Its two numbers.
   * @throws {RangeError} If one of them is out of its range.
   */
  constructor({ hubbleConstant = 70, matterDensity = 0.3 }: FlatUniverseOptions = {}) {
    const action = "make a universe";
    this.hubbleConstant = positive(action, "hubbleConstant", hubbleConstant);
    if (!(matterDensity > 0 && matterDensity <= 1)) {
      throw outOfRange(action, "matterDensity", "in (0, 1]", matterDensity);
    }
    this.matterDensity = matterDensity;
  }

  /**
   * How fast the universe expands.
   *
   * @param redshift 0 or more.
   * @returns H(z), km/s/Mpc.
   * @throws {RangeError} If the redshift is negative or not finite.
   */
  hubbleRate(redshift: number): number {
    const scale = 1 + notNegative("find the Hubble rate", "redshift", redshift);
    return this.hubbleConstant *
      Math.sqrt(this.matterDensity * scale ** 3 + 1 - this.matterDensity);
  }

  /**
   * The critical density, of a flat universe, 3 H^2 / (8 pi G).
   *
   * @param redshift 0 or more.
   * @returns Msun per cubic Mpc.
   * @throws {RangeError} If the redshift is negative or not finite.
   */
  criticalDensity(redshift: number): number {
    return 3 * (this.hubbleRate(redshift) * 1000) ** 2 * METRES_PER_MPC /
      (8 * Math.PI * SOLAR_GRAVITY);
  }

  /**
   * The comoving distance along the line of sight.
   *
   * @param redshift 0 or more.
   * @returns Mpc.
   * @throws {RangeError} If the redshift is negative or not finite.
   */
  comovingDistanceMpc(redshift: number): number {
    const end = Math.log1p(notNegative("find a distance", "redshift", redshift));
    const panels = Math.ceil(end / PANEL);
    let sum = 0;
    for (let panel = 0; panel < panels; panel++) {
      for (let i = 0; i < RULE.nodes.length; i++) {
        const scale = Math.exp(end * (panel + RULE.nodes[i]!) / panels);
        sum += RULE.weights[i]! * end / panels * scale / this.hubbleRate(scale - 1);
      }
    }
    return SPEED_OF_LIGHT_KM_S * sum;
  }

  /**
   * The angular-diameter distance: the size of something over the angle that it is seen under.
   *
   * @param redshift Of what is seen, 0 or more.
   * @param fromRedshift Of who sees it, 0 to `redshift`; us if left out.
   * @returns Mpc.
   * @throws {RangeError} If a redshift is negative or not finite, or the second above the first.
   */
  distanceMpc(redshift: number, fromRedshift = 0): number {
    const action = "find a distance";
    notNegative(action, "redshift", redshift);
    notNegative(action, "fromRedshift", fromRedshift);
    if (fromRedshift > redshift) {
      throw outOfRange(action, "fromRedshift", `at most the redshift of ${redshift}`, fromRedshift);
    }
    return (this.comovingDistanceMpc(redshift) - this.comovingDistanceMpc(fromRedshift)) /
      (1 + redshift);
  }
}
