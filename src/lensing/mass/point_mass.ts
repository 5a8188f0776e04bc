/** The point mass. */

import { notNegative } from "../_range.ts";
import { type CentreOptions, CircularProfile } from "./circular_profile.ts";

/** Options of {@linkcode PointMass}. */
export interface PointMassOptions extends CentreOptions {
  /** The Einstein radius, arcsec, 0 or more: the root of the mass over pi critical densities. */
  readonly einsteinRadius: number;
}

/**
 * A point mass, with the potential einsteinRadius^2 ln r.
 *
 * Source: Schneider, Ehlers and Falco 1992, section 8.1.2; as lenstronomy's `POINT_MASS`. The
 * convergence is 0: what there is lies in the point.
 *
 * @example
 * ```ts
 * import { PointMass } from "./point_mass.ts";
 *
 * const lens = new PointMass({ einsteinRadius: 2 });
 * if (lens.deflection(4, 0).x !== 1) throw new Error("4 / 4 = 1");
 * ```
 */
export class PointMass extends CircularProfile {
  /** The Einstein radius, arcsec. */
  readonly einsteinRadius: number;

  /**
   * Makes the lens.
   *
   * @param options Its Einstein radius and where it is.
   * @throws {RangeError} If the radius is negative or a number is not finite.
   */
  constructor(options: PointMassOptions) {
    const action = "place a point mass";
    super(action, options);
    this.einsteinRadius = notNegative(action, "einsteinRadius", options.einsteinRadius);
  }

  /** The potential at a radius, arcsec squared. */
  override potentialAt(radius: number): number {
    return this.einsteinRadius ** 2 * Math.log(radius);
  }

  /** The outward deflection at a radius, arcsec. */
  override deflectionAt(radius: number): number {
    return this.einsteinRadius ** 2 / radius;
  }

  /** The convergence away from the point: 0. */
  override convergenceAt(_radius: number): number {
    return 0;
  }
}
