/** The truncated isothermal sphere: a subhalo of finite mass. */

import { notNegative, outOfRange, positive } from "../_range.ts";
import { type CentreOptions, CircularProfile } from "./circular_profile.ts";

/** Where a {@linkcode PseudoJaffe} begins and ends. */
export interface PseudoJaffeShape extends CentreOptions {
  /** Where the surface density turns from 1/r to 1/r^3, arcsec, above the core radius. */
  readonly truncationRadius: number;
  /** Where the surface density flattens, arcsec, 0 or more. @default {0} */
  readonly coreRadius?: number;
}

/** Options of {@linkcode PseudoJaffe}. */
export interface PseudoJaffeOptions extends PseudoJaffeShape {
  /** The Einstein radius of the isothermal sphere that it is inside, arcsec, 0 or more. */
  readonly einsteinRadius: number;
}

/** Options of {@linkcode PseudoJaffe.ofMass}. */
export interface PseudoJaffeOfMassOptions extends PseudoJaffeShape {
  /** The Einstein radius that all its mass would have in a point, arcsec, 0 or more. */
  readonly pointEinsteinRadius: number;
}

/**
 * The pseudo-Jaffe sphere: isothermal between a core and a truncation radius.
 *
 * The convergence is einsteinRadius / 2 (1 / sqrt(core^2 + r^2) - 1 / sqrt(truncation^2 + r^2)), the
 * difference of two cored isothermal spheres (Keeton 2001, astro-ph/0102341; without a core Brainerd,
 * Blandford and Smail 1996, ApJ 466, 623). lenstronomy's `PJAFFE` is the same with `Ra` the core radius, `Rs` the
 * truncation radius and `sigma0` = einsteinRadius (Rs - Ra) / (2 Ra Rs). The mass is pi einsteinRadius
 * (truncation - core) critical densities; the potential is 0 at the centre.
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
  /** The Einstein radius of the isothermal sphere that it is inside, arcsec. */
  readonly einsteinRadius: number;
  /** The truncation radius, arcsec. */
  readonly truncationRadius: number;
  /** The core radius, arcsec. */
  readonly coreRadius: number;

  /**
   * Makes the sphere.
   *
   * @param options Its strength, radii and centre.
   * @throws {RangeError} If a radius is negative, the truncation inside the core, or a number not
   * finite.
   */
  constructor(options: PseudoJaffeOptions) {
    const action = "place a pseudo-Jaffe sphere";
    super(action, options);
    this.einsteinRadius = notNegative(action, "einsteinRadius", options.einsteinRadius);
    this.coreRadius = notNegative(action, "coreRadius", options.coreRadius ?? 0);
    this.truncationRadius = positive(action, "truncationRadius", options.truncationRadius);
    if (this.truncationRadius <= this.coreRadius) {
      throw outOfRange(
        action,
        "truncationRadius",
        `above the core radius of ${this.coreRadius}`,
        this.truncationRadius,
      );
    }
  }

  /**
   * The sphere of a total mass.
   *
   * @param options The mass as the Einstein radius of a point, the radii and the centre.
   * @returns The sphere.
   * @throws {RangeError} As the constructor.
   */
  static ofMass({ pointEinsteinRadius, ...shape }: PseudoJaffeOfMassOptions): PseudoJaffe {
    const theta = notNegative(
      "place a pseudo-Jaffe sphere",
      "pointEinsteinRadius",
      pointEinsteinRadius,
    );
    const length = shape.truncationRadius - (shape.coreRadius ?? 0);
    return new PseudoJaffe({ ...shape, einsteinRadius: length > 0 ? theta ** 2 / length : 0 });
  }

  /** The potential at a radius, arcsec squared. */
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

/** The potential of a cored isothermal sphere of Einstein radius 1, 0 at the centre. */
function cored(radius: number, core: number): number {
  const rise = radius * radius / (Math.hypot(radius, core) + core);
  return core === 0 ? rise : rise - core * Math.log1p(rise / (2 * core));
}
