/** Many point masses at once. */

import { finite, notNegative } from "../_range.ts";
import type { MassProfile, Shear, Vector } from "./mass_profile.ts";

/** Options of {@linkcode PointMasses}: three arrays of one length. */
export interface PointMassesOptions {
  /** The Einstein radius of each, arcsec, 0 or more. */
  readonly einsteinRadii: ArrayLike<number>;
  /** Where each is, arcsec, to the right. */
  readonly x: ArrayLike<number>;
  /** Where each is, arcsec, up. */
  readonly y: ArrayLike<number>;
}

/** The square of the distance, arcsec squared, within which a point's pull no longer grows. */
const CENTRE = 1e-18;

/**
 * Any number of point masses as one lens: the sum of what `PointMass` gives.
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
      sum += 0.5 * this.#mass[k]! * Math.log(Math.max(CENTRE, dx * dx + dy * dy));
    }
    return sum;
  }

  /** The deflection, arcsec; a point does not deflect what is at its very place. */
  deflection(x: number, y: number): Vector {
    let alphaX = 0, alphaY = 0;
    for (let k = 0; k < this.count; k++) {
      const dx = x - this.#x[k]!, dy = y - this.#y[k]!;
      const ratio = this.#mass[k]! / Math.max(CENTRE, dx * dx + dy * dy);
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
      const square = Math.max(CENTRE, dx * dx + dy * dy);
      const ratio = -this.#mass[k]! / (square * square);
      gamma1 += ratio * (dx * dx - dy * dy);
      gamma2 += ratio * 2 * dx * dy;
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
    for (let i = 0; i < x.length; i++) {
      const xi = x[i]!, yi = y[i]!;
      let sumX = 0, sumY = 0;
      for (let k = 0; k < masses.length; k++) {
        const dx = xi - xs[k]!, dy = yi - ys[k]!;
        const ratio = masses[k]! / Math.max(CENTRE, dx * dx + dy * dy);
        sumX += ratio * dx;
        sumY += ratio * dy;
      }
      alphaX[i]! += sumX;
      alphaY[i]! += sumY;
    }
  }
}
