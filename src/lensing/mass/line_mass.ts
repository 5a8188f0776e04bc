/** A straight string of mass. */

import { finite, notNegative, positive } from "../_range.ts";
import { END, logRatio, subtended, turnedShear } from "./_segment.ts";
import type { CentreOptions } from "./circular_profile.ts";
import type { MassProfile, Shear, Vector } from "./mass_profile.ts";

/** Where a straight piece of mass is, and how much: for strings, chains and tubes. */
export interface LineMassOptions extends CentreOptions {
  /** The Einstein radius that all the mass would have in a point, arcsec, 0 or more. */
  readonly einsteinRadius: number;
  /** From end to end, arcsec, above 0. */
  readonly length: number;
  /** From the x axis to the line, counter-clockwise, radians. @default {0} */
  readonly angle?: number;
}

/**
 * Mass spread evenly over a straight line of no width, in closed form.
 *
 * The integral of the point mass along a segment. With z = x + i y about the centre and along the line,
 * h half the length and m = einsteinRadius^2 / length, the complex deflection alpha_x - i alpha_y is
 * m (Log(z + h) - Log(z - h)), its derivative the shear gamma1 - i gamma2, and the real part of its
 * integral the potential, which goes over to einsteinRadius^2 ln r from afar. The convergence is 0:
 * what there is lies on the line. There the deflection across jumps from pi m on one side to -pi m on
 * the other, and is 0 on the line itself; along the line it grows as the logarithm of the distance
 * from an end, and within 1e-9 arcsec of an end nothing grows any more.
 *
 * @example
 * ```ts
 * import { LineMass } from "./line_mass.ts";
 *
 * const line = new LineMass({ einsteinRadius: 0.5, length: 1 });
 * const { x, y } = line.deflection(0, 0.5);
 * if (Math.abs(x) > 1e-15) throw new Error("no deflection along a line from its middle");
 * if (Math.abs(y - 0.25 * Math.PI / 2) > 1e-15) throw new Error("m times the angle it is seen under");
 * ```
 */
export class LineMass implements MassProfile {
  /** The Einstein radius that all the mass would have in a point, arcsec. */
  readonly einsteinRadius: number;
  /** From end to end, arcsec. */
  readonly length: number;
  /** From the x axis to the line, counter-clockwise, radians. */
  readonly angle: number;
  /** The centre, arcsec, to the right. */
  readonly x: number;
  /** The centre, arcsec, up. */
  readonly y: number;
  readonly #cos: number;
  readonly #sin: number;

  /**
   * Makes the line.
   *
   * @param options Its mass, length, angle and centre.
   * @throws {RangeError} If the mass is negative, the length not above 0 or a number not finite.
   */
  constructor({ einsteinRadius, length, angle = 0, x = 0, y = 0 }: LineMassOptions) {
    const action = "draw a line of mass";
    this.einsteinRadius = notNegative(action, "einsteinRadius", einsteinRadius);
    this.length = positive(action, "length", length);
    this.angle = finite(action, "angle", angle);
    this.x = finite(action, "x", x);
    this.y = finite(action, "y", y);
    this.#cos = Math.cos(angle);
    this.#sin = Math.sin(angle);
  }

  /** The potential, arcsec squared. */
  potential(x: number, y: number): number {
    const { u, v } = this.#along(x, y), h = 0.5 * this.length;
    const a = Math.max(END, (u + h) ** 2 + v * v), b = Math.max(END, (u - h) ** 2 + v * v);
    const sum = 0.5 * ((u + h) * Math.log(a) - (u - h) * Math.log(b)) + v * subtended(u, v, h);
    return this.einsteinRadius ** 2 * (sum / this.length - 1);
  }

  /** The deflection, arcsec. */
  deflection(x: number, y: number): Vector {
    const { u, v } = this.#along(x, y), h = 0.5 * this.length;
    const m = this.einsteinRadius ** 2 / this.length;
    const along = m * logRatio(u, v, h), across = m * subtended(u, v, h);
    return {
      x: this.#cos * along - this.#sin * across,
      y: this.#sin * along + this.#cos * across,
    };
  }

  /** The convergence off the line: 0. */
  convergence(_x: number, _y: number): number {
    return 0;
  }

  /** The shear. */
  shear(x: number, y: number): Shear {
    const { u, v } = this.#along(x, y), h = 0.5 * this.length;
    const a = Math.max(END, (u + h) ** 2 + v * v), b = Math.max(END, (u - h) ** 2 + v * v);
    const m = this.einsteinRadius ** 2 / this.length;
    const along = m * ((u + h) / a - (u - h) / b), across = m * v * (1 / a - 1 / b);
    return turnedShear(along, across, this.#cos, this.#sin);
  }

  /** Adds the deflection at many points, arcsec. */
  addDeflection(
    x: Float64Array,
    y: Float64Array,
    alphaX: Float64Array,
    alphaY: Float64Array,
  ): void {
    const cos = this.#cos, sin = this.#sin, h = 0.5 * this.length, x0 = this.x, y0 = this.y;
    const m = this.einsteinRadius ** 2 / this.length;
    for (let i = 0; i < x.length; i++) {
      const dx = x[i]! - x0, dy = y[i]! - y0;
      const u = cos * dx + sin * dy, v = cos * dy - sin * dx;
      const along = m * logRatio(u, v, h), across = m * subtended(u, v, h);
      alphaX[i]! += cos * along - sin * across;
      alphaY[i]! += sin * along + cos * across;
    }
  }

  #along(x: number, y: number) {
    const dx = x - this.x, dy = y - this.y;
    return { u: this.#cos * dx + this.#sin * dy, v: this.#cos * dy - this.#sin * dx };
  }
}
