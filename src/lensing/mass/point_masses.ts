/** Many point masses at once. */

import { finite, notNegative } from "../_range.ts";
import type { MassProfile, Shear, Vector } from "./mass_profile.ts";
import { tangential } from "./_tangential.ts";

/** Options of {@linkcode PointMasses}: three arrays of one length. */
export interface PointMassesOptions {
  /** The Einstein radius of each, arcsec, 0 or more. */
  readonly einsteinRadii: ArrayLike<number>;
  /** Where each is, arcsec, to the right. */
  readonly x: ArrayLike<number>;
  /** Where each is, arcsec, up. */
  readonly y: ArrayLike<number>;
}

/** The square of a softening length, arcsec squared, that keeps values at a point finite. */
const CENTRE = 1e-18;

/**
 * Any number of point masses as one lens: the sum of what `PointMass` gives.
 *
 * Points are softened at 1e-9 arcsec, so that values are finite everywhere. Deflections at many points
 * cost a division and ten other operations a point and mass.
 *
 * @example
 * ```ts
 * import { PointMasses } from "./point_masses.ts";
 *
 * const pair = new PointMasses({ einsteinRadii: [1, 1], x: [-1, 1], y: [0, 0] });
 * if (pair.deflection(0, 1).y !== 1) throw new Error("half a point each");
 * ```
 */
export class PointMasses implements MassProfile {
  /** How many. */
  readonly count: number;
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  /** Einstein radii squared. */
  readonly #mass: Float64Array;

  /**
   * Copies the points.
   *
   * @param options Their Einstein radii and where they are; none is an empty sky.
   * @throws {TypeError} If the arrays are not of one length.
   * @throws {RangeError} If a mass is negative or a number not finite.
   */
  constructor({ einsteinRadii, x, y }: PointMassesOptions) {
    const action = "place point masses";
    if (einsteinRadii.length !== x.length || x.length !== y.length) {
      throw new TypeError(
        `Cannot ${action} as einsteinRadii, x and y must be of one length: ` +
          `current values are ${einsteinRadii.length}, ${x.length} and ${y.length}`,
      );
    }
    this.count = x.length;
    this.#x = Float64Array.from(x, (value, i) => finite(action, `x[${i}]`, value));
    this.#y = Float64Array.from(y, (value, i) => finite(action, `y[${i}]`, value));
    this.#mass = Float64Array.from(
      einsteinRadii,
      (value, i) => notNegative(action, `einsteinRadii[${i}]`, value) ** 2,
    );
  }

  /** The potential, arcsec squared. */
  potential(x: number, y: number): number {
    let sum = 0;
    for (let k = 0; k < this.count; k++) {
      const dx = x - this.#x[k]!, dy = y - this.#y[k]!;
      sum += 0.5 * this.#mass[k]! * Math.log(dx * dx + dy * dy + CENTRE);
    }
    return sum;
  }

  /** The deflection, arcsec; a point does not deflect what is at its very place. */
  deflection(x: number, y: number): Vector {
    let alphaX = 0, alphaY = 0;
    for (let k = 0; k < this.count; k++) {
      const dx = x - this.#x[k]!, dy = y - this.#y[k]!;
      const ratio = this.#mass[k]! / (dx * dx + dy * dy + CENTRE);
      alphaX += ratio * dx;
      alphaY += ratio * dy;
    }
    return { x: alphaX, y: alphaY };
  }

  /** The convergence off the points: 0. */
  convergence(_x: number, _y: number): number {
    return 0;
  }

  /** The shear. */
  shear(x: number, y: number): Shear {
    let gamma1 = 0, gamma2 = 0;
    for (let k = 0; k < this.count; k++) {
      const dx = x - this.#x[k]!, dy = y - this.#y[k]!;
      const shear = tangential(this.#mass[k]! / (dx * dx + dy * dy + CENTRE), dx, dy);
      gamma1 += shear.gamma1;
      gamma2 += shear.gamma2;
    }
    return { gamma1, gamma2 };
  }

  /** Adds the deflection at many points, arcsec. */
  addDeflection(
    x: Float64Array,
    y: Float64Array,
    alphaX: Float64Array,
    alphaY: Float64Array,
  ): void {
    const xs = this.#x, ys = this.#y, masses = this.#mass;
    let k = 0;
    for (; k + 3 < masses.length; k += 4) {
      const x0 = xs[k]!, x1 = xs[k + 1]!, x2 = xs[k + 2]!, x3 = xs[k + 3]!;
      const y0 = ys[k]!, y1 = ys[k + 1]!, y2 = ys[k + 2]!, y3 = ys[k + 3]!;
      const m0 = masses[k]!, m1 = masses[k + 1]!, m2 = masses[k + 2]!, m3 = masses[k + 3]!;
      for (let i = 0; i < x.length; i++) {
        const xi = x[i]!, yi = y[i]!;
        const a = xi - x0, b = xi - x1, c = xi - x2, d = xi - x3;
        const e = yi - y0, f = yi - y1, g = yi - y2, h = yi - y3;
        const p = m0 / (a * a + e * e + CENTRE), q = m1 / (b * b + f * f + CENTRE);
        const r = m2 / (c * c + g * g + CENTRE), s = m3 / (d * d + h * h + CENTRE);
        alphaX[i]! += (p * a + q * b) + (r * c + s * d);
        alphaY[i]! += (p * e + q * f) + (r * g + s * h);
      }
    }
    for (; k < masses.length; k++) {
      const xk = xs[k]!, yk = ys[k]!, mass = masses[k]!;
      for (let i = 0; i < x.length; i++) {
        const dx = x[i]! - xk, dy = y[i]! - yk, ratio = mass / (dx * dx + dy * dy + CENTRE);
        alphaX[i]! += ratio * dx;
        alphaY[i]! += ratio * dy;
      }
    }
  }
}
