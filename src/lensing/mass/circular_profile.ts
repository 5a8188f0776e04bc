/** Circularly symmetric lenses, defined by three functions of the radius. */

import type { Rays, Shear } from "./mass_profile.ts";
import { CentredProfile } from "./placed_profile.ts";
import { tangentialShear } from "./_tangential.ts";

/** Radius inside which values stay constant, arcsec. */
const CENTRE_RADIUS = 1e-9;

/**
 * A circularly symmetric lens.
 *
 * The deflection points outward and has the size alpha(r). The shear is tangential; its size is the
 * mean convergence inside the radius, alpha(r) / r, minus the convergence (Schneider, Ehlers and
 * Falco 1992, section 8.1). Within 1e-9 arcsec of the centre, values are those at 1e-9 arcsec,
 * which keeps singular profiles finite; only the deflection falls to 0.
 */
export abstract class CircularProfile extends CentredProfile {
  /**
   * The potential at a radius.
   *
   * @param radius Above 0, arcsec.
   * @returns Potential, arcsec^2.
   */
  abstract potentialAt(radius: number): number;

  /**
   * The outward deflection at a radius.
   *
   * @param radius Above 0, arcsec.
   * @returns Deflection, arcsec.
   */
  abstract deflectionAt(radius: number): number;

  /**
   * The convergence at a radius.
   *
   * @param radius Above 0, arcsec.
   * @returns Convergence, dimensionless.
   */
  abstract convergenceAt(radius: number): number;

  /** The potential, arcsec^2. */
  override potential(x: number, y: number): number {
    return this.potentialAt(distance(x - this.x, y - this.y));
  }

  /** The convergence. */
  override convergence(x: number, y: number): number {
    return this.convergenceAt(distance(x - this.x, y - this.y));
  }

  /** The shear. */
  override shear(x: number, y: number): Shear {
    const dx = x - this.x, dy = y - this.y, r = distance(dx, dy);
    return tangentialShear(this.deflectionAt(r) / r - this.convergenceAt(r), dx, dy);
  }

  /** Adds the deflections, arcsec. */
  override addDeflection({ x, y, alphaX, alphaY }: Rays): void {
    for (let i = 0; i < x.length; i++) {
      const dx = x[i]! - this.x, dy = y[i]! - this.y, r = distance(dx, dy);
      const ratio = this.deflectionAt(r) / r;
      alphaX[i]! += ratio * dx;
      alphaY[i]! += ratio * dy;
    }
  }
}

function distance(dx: number, dy: number): number {
  return Math.max(CENTRE_RADIUS, Math.sqrt(dx * dx + dy * dy));
}
