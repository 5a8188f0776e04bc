/** The singular isothermal sphere. */

import { nonNegative } from "../_range.ts";
import type { CentreOptions } from "../placement.ts";
import { CircularProfile } from "./circular_profile.ts";

/** Options of {@linkcode SingularIsothermalSphere}. */
export interface SingularIsothermalSphereOptions extends CentreOptions {
  /** Einstein radius, 0 or more, arcsec. */
  readonly einsteinRadius: number;
}

/**
 * The singular isothermal sphere: convergence einsteinRadius / (2 r), deflection of constant size.
 *
 * Source: Schneider, Ehlers and Falco 1992, section 8.1.4. Convention: lenstronomy's `SIS`. The
 * potential is einsteinRadius r. The total mass is infinite; the mass inside the Einstein radius is
 * pi einsteinRadius^2 critical densities.
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
  /** Einstein radius, arcsec. */
  readonly einsteinRadius: number;

  /**
   * Creates the lens.
   *
   * @param options Einstein radius and centre.
   * @throws {RangeError} If the radius is negative or a number is not finite.
   */
  constructor(options: SingularIsothermalSphereOptions) {
    const action = "place a singular isothermal sphere";
    super(action, options);
    this.einsteinRadius = nonNegative(action, "einsteinRadius", options.einsteinRadius);
  }

  /** The potential at a radius, arcsec^2. */
  override potentialAt(radius: number): number {
    return this.einsteinRadius * radius;
  }

  /** The outward deflection, the Einstein radius everywhere, arcsec. */
  override deflectionAt(_radius: number): number {
    return this.einsteinRadius;
  }

  /** The convergence at a radius. */
  override convergenceAt(radius: number): number {
    return this.einsteinRadius / (2 * radius);
  }
}
