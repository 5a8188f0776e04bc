/** The point mass. */

import { nonNegative } from "../_range.ts";
import type { CentreOptions } from "../placement.ts";
import { CircularProfile } from "./circular_profile.ts";

/** Options of {@linkcode PointMass}. */
export interface PointMassOptions extends CentreOptions {
  /** Einstein radius: root of the mass over pi critical densities, 0 or more, arcsec. */
  readonly einsteinRadius: number;
}

/**
 * A point mass, with the potential einsteinRadius^2 ln r.
 *
 * Source: Schneider, Ehlers and Falco 1992, section 8.1.2. Convention: lenstronomy's `POINT_MASS`.
 * The convergence is 0 off the point.
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
  /** Einstein radius, arcsec. */
  readonly einsteinRadius: number;

  /**
   * Creates the lens.
   *
   * @param options Einstein radius and centre.
   * @throws {RangeError} If the radius is negative or a number is not finite.
   */
  constructor(options: PointMassOptions) {
    const action = "place a point mass";
    super(action, options);
    this.einsteinRadius = nonNegative(action, "einsteinRadius", options.einsteinRadius);
  }

  /** The potential at a radius, arcsec^2. */
  override potentialAt(radius: number): number {
    return this.einsteinRadius ** 2 * Math.log(radius);
  }

  /** The outward deflection at a radius, arcsec. */
  override deflectionAt(radius: number): number {
    return this.einsteinRadius ** 2 / radius;
  }

  /** The convergence off the point, 0. */
  override convergenceAt(_radius: number): number {
    return 0;
  }
}
