/** Flat Lambda-CDM cosmology: expansion rate and distances. */

import { METRES_PER_MPC, SOLAR_GRAVITY, SPEED_OF_LIGHT_KM_S } from "./_constants.ts";
import { gaussLegendre } from "./_gauss_legendre.ts";
import { fraction, nonNegative, outOfRange, positive } from "./_range.ts";

/** Options of {@linkcode FlatLambdaCdm}. */
export interface FlatLambdaCdmOptions {
  /** Hubble constant H0, above 0, km/s/Mpc. @default {70} */
  readonly hubbleConstant?: number;
  /** Matter density today over the critical density, in (0, 1]. @default {0.3} */
  readonly matterDensity?: number;
}

const RULE = gaussLegendre(16);
/** Panel length of the integral over ln(1 + z), at which 16 nodes are exact to rounding. */
const PANEL = 0.5;

/**
 * A flat universe of cold matter and a cosmological constant, without radiation and neutrinos.
 *
 * Source: Hogg 1999, astro-ph/9905116, equations 14 to 19. Convention: astropy's `FlatLambdaCDM`
 * with `Tcmb0=0`.
 *
 * @example
 * ```ts
 * import { FlatLambdaCdm } from "./cosmology.ts";
 *
 * const cosmology = new FlatLambdaCdm({ hubbleConstant: 70, matterDensity: 0.3 });
 * const distance = cosmology.angularDiameterDistanceMpc(0.5);
 * if (Math.abs(distance - 1259.08) > 0.01) throw new Error("unexpected distance");
 * ```
 */
export class FlatLambdaCdm {
  /** Hubble constant H0, km/s/Mpc. */
  readonly hubbleConstant: number;
  /** Matter density today over the critical density. */
  readonly matterDensity: number;

  /**
   * Creates a cosmology.
   *
   * @param options Hubble constant and matter density.
   * @throws {RangeError} If one of them is out of its range.
   */
  constructor({ hubbleConstant = 70, matterDensity = 0.3 }: FlatLambdaCdmOptions = {}) {
    const action = "create a cosmology";
    this.hubbleConstant = positive(action, "hubbleConstant", hubbleConstant);
    this.matterDensity = fraction(action, "matterDensity", matterDensity);
  }

  /**
   * The expansion rate H(z).
   *
   * @param redshift 0 or more.
   * @returns H(z), km/s/Mpc.
   * @throws {RangeError} If the redshift is negative or not finite.
   */
  hubbleRate(redshift: number): number {
    const scale = 1 + nonNegative("compute the Hubble rate", "redshift", redshift);
    return this.hubbleConstant *
      Math.sqrt(this.matterDensity * scale ** 3 + 1 - this.matterDensity);
  }

  /**
   * The critical density of a flat universe, 3 H^2 / (8 pi G).
   *
   * @param redshift 0 or more.
   * @returns Density, Msun/Mpc^3.
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
   * @returns Distance, Mpc.
   * @throws {RangeError} If the redshift is negative or not finite.
   */
  comovingDistanceMpc(redshift: number): number {
    const end = Math.log1p(nonNegative("compute a distance", "redshift", redshift));
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
   * The angular-diameter distance: transverse size of an object over its angular size.
   *
   * @param redshift Redshift of the object, 0 or more.
   * @param fromRedshift Redshift of the observer, from 0 to `redshift`. @default {0}
   * @returns Distance, Mpc.
   * @throws {RangeError} If a redshift is negative or not finite, or `fromRedshift` above
   *   `redshift`.
   */
  angularDiameterDistanceMpc(redshift: number, fromRedshift = 0): number {
    const action = "compute a distance";
    nonNegative(action, "redshift", redshift);
    nonNegative(action, "fromRedshift", fromRedshift);
    if (fromRedshift > redshift) {
      throw outOfRange(action, "fromRedshift", `at most the redshift of ${redshift}`, fromRedshift);
    }
    return (this.comovingDistanceMpc(redshift) - this.comovingDistanceMpc(fromRedshift)) /
      (1 + redshift);
  }
}
