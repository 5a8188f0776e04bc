/** The truncated isothermal sphere: a subhalo of finite mass. */

import { nonNegative, outOfRange, positive } from "../_range.ts";
import type { CentreOptions } from "../placement.ts";
import { CircularProfile } from "./circular_profile.ts";

/** Radii and centre of a {@linkcode PseudoJaffe}. */
export interface PseudoJaffeShape extends CentreOptions {
  /** Radius where the surface density turns from 1/r to 1/r^3, above the core radius, arcsec. */
  readonly truncationRadius: number;
  /** Radius inside which the surface density flattens, 0 or more, arcsec. @default {0} */
  readonly coreRadius?: number;
}

/** Options of {@linkcode PseudoJaffe}. */
export interface PseudoJaffeOptions extends PseudoJaffeShape {
  /** Einstein radius of the untruncated isothermal sphere, 0 or more, arcsec. */
  readonly einsteinRadius: number;
}

/** Options of {@linkcode PseudoJaffe.ofMass}. */
export interface PseudoJaffeOfMassOptions extends PseudoJaffeShape {
  /** Einstein radius of a point with the same mass, 0 or more, arcsec. */
  readonly pointEinsteinRadius: number;
}

const ACTION = "place a pseudo-Jaffe sphere";

/**
 * The pseudo-Jaffe sphere: isothermal between a core radius and a truncation radius.
 *
 * The convergence is einsteinRadius / 2 (1 / sqrt(core^2 + r^2) - 1 / sqrt(truncation^2 + r^2)),
 * the difference of two cored isothermal spheres (Keeton 2001, astro-ph/0102341; without a core
 * Brainerd, Blandford and Smail 1996, ApJ 466, 623). Convention: lenstronomy's `PJAFFE` has `Ra`
 * for the core radius, `Rs` for the truncation radius, and `sigma0` = einsteinRadius (Rs - Ra) / (2
 * Ra Rs). The mass is pi einsteinRadius (truncation - core) critical densities; the potential is 0
 * at the centre.
 *
 * @example
 * ```ts
 * import { PseudoJaffe } from "./pseudo_jaffe.ts";
 *
 * const subhalo = PseudoJaffe.ofMass({ pointEinsteinRadius: 0.1, truncationRadius: 0.5 });
 * const far = subhalo.deflection(1e6, 0).x * 1e6;
 * if (Math.abs(far - 0.01) > 1e-8) throw new Error("from afar it is a point of the same mass");
 * ```
 */
export class PseudoJaffe extends CircularProfile {
  /** Einstein radius of the untruncated isothermal sphere, arcsec. */
  readonly einsteinRadius: number;
  /** Truncation radius, arcsec. */
  readonly truncationRadius: number;
  /** Core radius, arcsec. */
  readonly coreRadius: number;

  /**
   * Creates the sphere.
   *
   * @param options Strength, radii and centre.
   * @throws {RangeError} If a radius is negative, the truncation radius is not above the core
   *   radius, or a number is not finite.
   */
  constructor(options: PseudoJaffeOptions) {
    super(ACTION, options);
    this.einsteinRadius = nonNegative(ACTION, "einsteinRadius", options.einsteinRadius);
    this.coreRadius = nonNegative(ACTION, "coreRadius", options.coreRadius ?? 0);
    this.truncationRadius = positive(ACTION, "truncationRadius", options.truncationRadius);
    if (this.truncationRadius <= this.coreRadius) {
      const wanted = `above the core radius of ${this.coreRadius}`;
      throw outOfRange(ACTION, "truncationRadius", wanted, this.truncationRadius);
    }
  }

  /**
   * The sphere of a total mass.
   *
   * @param options Mass as the Einstein radius of a point, radii and centre.
   * @returns The sphere.
   * @throws {RangeError} As the constructor.
   */
  static ofMass({ pointEinsteinRadius, ...shape }: PseudoJaffeOfMassOptions): PseudoJaffe {
    const theta = nonNegative(ACTION, "pointEinsteinRadius", pointEinsteinRadius);
    const length = shape.truncationRadius - (shape.coreRadius ?? 0);
    return new PseudoJaffe({ ...shape, einsteinRadius: length > 0 ? theta ** 2 / length : 0 });
  }

  /** The potential at a radius, arcsec^2. */
  override potentialAt(radius: number): number {
    return this.einsteinRadius *
      (cored(radius, this.coreRadius) - cored(radius, this.truncationRadius));
  }

  /** The outward deflection at a radius, arcsec. */
  override deflectionAt(radius: number): number {
    const core = Math.hypot(radius, this.coreRadius) + this.coreRadius;
    const end = Math.hypot(radius, this.truncationRadius) + this.truncationRadius;
    return this.einsteinRadius * radius * (1 / core - 1 / end);
  }

  /** The convergence at a radius. */
  override convergenceAt(radius: number): number {
    const core = Math.hypot(radius, this.coreRadius);
    const end = Math.hypot(radius, this.truncationRadius);
    return 0.5 * this.einsteinRadius * (1 / core - 1 / end);
  }
}

/** Potential of a cored isothermal sphere of Einstein radius 1, 0 at the centre. */
function cored(radius: number, core: number): number {
  const rise = radius * radius / (Math.hypot(radius, core) + core);
  return core === 0 ? rise : rise - core * Math.log1p(rise / (2 * core));
}
