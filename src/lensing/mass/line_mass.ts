/** A straight string of mass. */

import { nonNegative, positive } from "../_range.ts";
import type { PlacementOptions } from "../placement.ts";
import { END, logRatio, subtendedAngle } from "./_segment.ts";
import type { Rays, Shear } from "./mass_profile.ts";
import { TurnedProfile } from "./placed_profile.ts";

/** Mass and placement of a straight object: a string, a chain or a tube. */
export interface LineMassOptions extends PlacementOptions {
  /** Einstein radius of a point with the same mass, 0 or more, arcsec. */
  readonly einsteinRadius: number;
  /** Length from end to end, above 0, arcsec. */
  readonly length: number;
}

/**
 * A straight line of zero width and uniform density, in closed form.
 *
 * The integral of the point mass along a segment. With z = x + i y from the centre and along the
 * line, h half the length and m = einsteinRadius^2 / length, the complex deflection alpha_x - i
 * alpha_y is m (Log(z + h) - Log(z - h)). The shear gamma1 - i gamma2 is its derivative, and the
 * potential is the real part of its integral, which approaches einsteinRadius^2 ln r from afar. The
 * convergence is 0 off the line. The deflection across the line jumps from pi m on one side to -pi
 * m on the other, and is 0 on the line. The deflection along the line grows as the logarithm of the
 * distance from an end, and is constant within 1e-9 arcsec of it.
 *
 * @example
 * ```ts
 * import { LineMass } from "./line_mass.ts";
 *
 * const line = new LineMass({ einsteinRadius: 0.5, length: 1 });
 * const { x, y } = line.deflection(0, 0.5);
 * if (Math.abs(x) > 1e-15) throw new Error("no deflection along a line from its middle");
 * if (Math.abs(y - 0.25 * Math.PI / 2) > 1e-15) throw new Error("m times the subtended angle");
 * ```
 */
export class LineMass extends TurnedProfile {
  /** Einstein radius of a point with the same mass, arcsec. */
  readonly einsteinRadius: number;
  /** Length from end to end, arcsec. */
  readonly length: number;

  /**
   * Creates the line.
   *
   * @param options Mass, length, angle and centre.
   * @throws {RangeError} If the mass is negative, the length is not above 0, or a number is not
   *   finite.
   */
  constructor({ einsteinRadius, length, ...placement }: LineMassOptions) {
    const action = "create a line mass";
    super(action, placement);
    this.einsteinRadius = nonNegative(action, "einsteinRadius", einsteinRadius);
    this.length = positive(action, "length", length);
  }

  /** The potential, arcsec^2. */
  override potential(x: number, y: number): number {
    const { u, v } = this.toFrame(x, y), h = 0.5 * this.length;
    const a = Math.max(END, (u + h) ** 2 + v * v), b = Math.max(END, (u - h) ** 2 + v * v);
    const logarithms = 0.5 * ((u + h) * Math.log(a) - (u - h) * Math.log(b));
    const sum = logarithms + v * subtendedAngle(u, v, h);
    return this.einsteinRadius ** 2 * (sum / this.length - 1);
  }

  /** The convergence off the line, 0. */
  override convergence(_x: number, _y: number): number {
    return 0;
  }

  /** The shear. */
  override shear(x: number, y: number): Shear {
    const { u, v } = this.toFrame(x, y), h = 0.5 * this.length;
    const a = Math.max(END, (u + h) ** 2 + v * v), b = Math.max(END, (u - h) ** 2 + v * v);
    const m = this.einsteinRadius ** 2 / this.length;
    return this.turnShear(m * ((u + h) / a - (u - h) / b), m * v * (1 / a - 1 / b));
  }

  /** Adds the deflections, arcsec. */
  override addDeflection({ x, y, alphaX, alphaY }: Rays): void {
    const { cos, sin, x: x0, y: y0 } = this, h = 0.5 * this.length;
    const m = this.einsteinRadius ** 2 / this.length;
    for (let i = 0; i < x.length; i++) {
      const dx = x[i]! - x0, dy = y[i]! - y0;
      const u = cos * dx + sin * dy, v = cos * dy - sin * dx;
      const along = m * logRatio(u, v, h), across = m * subtendedAngle(u, v, h);
      alphaX[i]! += cos * along - sin * across;
      alphaY[i]! += sin * along + cos * across;
    }
  }
}
