/** The singular isothermal sphere. */

import { notNegative } from "../_range.ts";
import { type CentreOptions, CircularProfile } from "./circular_profile.ts";

/** Options of {@linkcode SingularIsothermalSphere}. */
export interface SingularIsothermalSphereOptions extends CentreOptions {
  /** The Einstein radius, arcsec, 0 or more. */
  readonly einsteinRadius: number;
}

/**
 * The singular isothermal sphere: convergence einsteinRadius / (2 r), deflection of one size.
 *
 * Source: Schneider, Ehlers and Falco 1992, section 8.1.4; as lenstronomy's `SIS`. The potential is
 * einsteinRadius r. The mass is infinite, that inside the Einstein radius is pi einsteinRadius^2
 * critical densities.
 *
 * @example
 * ```ts
 * import { SingularIsothermalSphere } from "./singular_isothermal_sphere.ts";
 *
 * const lens = new SingularIsothermalSphere({ einsteinRadius: 1.2 });
 * if (lens.convergence(0, 1.2) !== 0.5) throw new Error("half the critical density there");
 * ```
 */
export class SingularIsothermalSphere extends CircularProfile {
  /** The Einstein radius, arcsec. */
  readonly einsteinRadius: number;

  /**
   * Makes the lens.
   *
   * @param options Its Einstein radius and where it is.
   * @throws {RangeError} If the radius is negative or a number is not finite.
   */
  constructor(options: SingularIsothermalSphereOptions) {
    const action = "place a singular isothermal sphere";
    super(action, options);
    this.einsteinRadius = notNegative(action, "einsteinRadius", options.einsteinRadius);
  }

  /** The potential at a radius, arcsec squared. */
  override potentialAt(radius: number): number {
    return this.einsteinRadius * radius;
  }

  /** The outward deflection: the Einstein radius everywhere, arcsec. */
  override deflectionAt(_radius: number): number {
    return this.einsteinRadius;
  }

  /** The convergence at a radius. */
  override convergenceAt(radius: number): number {
    return this.einsteinRadius / (2 * radius);
  }
}
