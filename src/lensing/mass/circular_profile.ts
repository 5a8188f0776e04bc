/** Lenses of circular symmetry: three functions of the radius give all. */

import { finite } from "../_range.ts";
import type { MassProfile, Shear, Vector } from "./mass_profile.ts";
import { tangential } from "./_tangential.ts";

/** Where a lens is. */
export interface CentreOptions {
  /** The centre, arcsec, to the right. @default {0} */
  readonly x?: number;
  /** The centre, arcsec, up. @default {0} */
  readonly y?: number;
}

/** Closer to a centre than this, in arcsec, values are those at this distance. */
const CENTRE_RADIUS = 1e-9;

/**
 * A lens of circular symmetry.
 *
 * The deflection points outward and has the size alpha(r); the shear is the mean convergence inside
 * the radius, alpha(r) / r, less the convergence there, and is tangential (Schneider, Ehlers and Falco
 * 1992, section 8.1). Within 1e-9 arcsec of the centre the values are those at 1e-9 arcsec, finite where
 * the profile is not, but that the deflection falls to 0; at the very centre the shear is that of the
 * points to its right and left.
 */
export abstract class CircularProfile implements MassProfile {
  /** The centre, arcsec, to the right. */
  readonly x: number;
  /** The centre, arcsec, up. */
  readonly y: number;

  /**
   * Checks and keeps the centre.
   *
   * @param action What the profile does, for messages.
   * @param centre Arcsec.
   * @throws {RangeError} If a coordinate is not finite.
   */
  constructor(action: string, { x = 0, y = 0 }: CentreOptions) {
    this.x = finite(action, "x", x);
    this.y = finite(action, "y", y);
  }

  /**
   * The potential at a radius.
   *
   * @param radius Arcsec, above 0.
   * @returns Arcsec squared.
   */
  abstract potentialAt(radius: number): number;

  /**
   * The outward deflection at a radius.
   *
   * @param radius Arcsec, above 0.
   * @returns Arcsec.
   */
  abstract deflectionAt(radius: number): number;

  /**
   * The convergence at a radius.
   *
   * @param radius Arcsec, above 0.
   * @returns A number without a unit.
   */
  abstract convergenceAt(radius: number): number;

  /** The potential, arcsec squared. */
  potential(x: number, y: number): number {
    return this.potentialAt(distance(x - this.x, y - this.y));
  }

  /** The deflection, arcsec. */
  deflection(x: number, y: number): Vector {
    const dx = x - this.x, dy = y - this.y, r = distance(dx, dy);
    const ratio = this.deflectionAt(r) / r;
    return { x: ratio * dx, y: ratio * dy };
  }

  /** The convergence. */
  convergence(x: number, y: number): number {
    return this.convergenceAt(distance(x - this.x, y - this.y));
  }

  /** The shear. */
  shear(x: number, y: number): Shear {
    const dx = x - this.x, dy = y - this.y, r = distance(dx, dy);
    return tangential(this.deflectionAt(r) / r - this.convergenceAt(r), dx, dy);
  }

  /** Adds the deflection at many points, arcsec. */
  addDeflection(
    x: Float64Array,
    y: Float64Array,
    alphaX: Float64Array,
    alphaY: Float64Array,
  ): void {
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
