/** Many truncated subhalos at once. */

import { finite, notNegative, positive } from "../_range.ts";
import type { MassProfile, Shear, Vector } from "./mass_profile.ts";
import { tangential } from "./_tangential.ts";

/** Options of {@linkcode PseudoJaffes}: four arrays of one length. */
export interface PseudoJaffesOptions {
  /** The Einstein radius that all the mass of each would have in a point, arcsec, 0 or more. */
  readonly pointEinsteinRadii: ArrayLike<number>;
  /** The truncation radius of each, arcsec, above 0. */
  readonly truncationRadii: ArrayLike<number>;
  /** Where each is, arcsec, to the right. */
  readonly x: ArrayLike<number>;
  /** Where each is, arcsec, up. */
  readonly y: ArrayLike<number>;
}

/** The square of a core radius, arcsec squared, that keeps values at a centre finite. */
const CENTRE = 1e-18;

/**
 * Any number of pseudo-Jaffe spheres without a core as one lens: the sum of what `PseudoJaffe` gives.
 *
 * @example
 * ```ts
 * import { PseudoJaffes } from "./pseudo_jaffes.ts";
 *
 * const subhalos = new PseudoJaffes({
 *   pointEinsteinRadii: [0.1, 0.1],
 *   truncationRadii: [0.3, 0.3],
 *   x: [-1, 1],
 *   y: [0, 0],
 * });
 * if (Math.abs(subhalos.deflection(0, 0).x) > 1e-15) throw new Error("they pull alike");
 * ```
 */
export class PseudoJaffes implements MassProfile {
  /** How many. */
  readonly count: number;
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  /** Einstein radii of the isothermal spheres that they are inside. */
  readonly #strength: Float64Array;
  readonly #truncation: Float64Array;

  /**
   * Copies the subhalos.
   *
   * @param options Their masses, sizes and places; none is an empty sky.
   * @throws {TypeError} If the arrays are not of one length.
   * @throws {RangeError} If a mass is negative, a truncation radius not above 0 or a number not finite.
   */
  constructor({ pointEinsteinRadii, truncationRadii, x, y }: PseudoJaffesOptions) {
    const action = "place subhalos";
    const lengths = [pointEinsteinRadii, truncationRadii, x, y].map((array) => array.length);
    if (lengths.some((length) => length !== x.length)) {
      throw new TypeError(
        `Cannot ${action} as pointEinsteinRadii, truncationRadii, x and y must be of one length: ` +
          `current values are ${lengths.join(", ")}`,
      );
    }
    this.count = x.length;
    this.#x = Float64Array.from(x, (value, i) => finite(action, `x[${i}]`, value));
    this.#y = Float64Array.from(y, (value, i) => finite(action, `y[${i}]`, value));
    this.#truncation = Float64Array.from(
      truncationRadii,
      (value, i) => positive(action, `truncationRadii[${i}]`, value),
    );
    this.#strength = Float64Array.from(
      pointEinsteinRadii,
      (value, i) =>
        notNegative(action, `pointEinsteinRadii[${i}]`, value) ** 2 / this.#truncation[i]!,
    );
  }

  /** The potential, arcsec squared. */
  potential(x: number, y: number): number {
    let sum = 0;
    for (let k = 0; k < this.count; k++) {
      const dx = x - this.#x[k]!, dy = y - this.#y[k]!, a = this.#truncation[k]!;
      const square = dx * dx + dy * dy + CENTRE, rise = square / (Math.sqrt(square + a * a) + a);
      sum += this.#strength[k]! * (Math.sqrt(square) - rise + a * Math.log1p(rise / (2 * a)));
    }
    return sum;
  }

  /** The deflection, arcsec; none from a subhalo at its very centre. */
  deflection(x: number, y: number): Vector {
    let alphaX = 0, alphaY = 0;
    for (let k = 0; k < this.count; k++) {
      const dx = x - this.#x[k]!, dy = y - this.#y[k]!, a = this.#truncation[k]!;
      const ratio = this.#strength[k]! * pull(dx * dx + dy * dy + CENTRE, a);
      alphaX += ratio * dx;
      alphaY += ratio * dy;
    }
    return { x: alphaX, y: alphaY };
  }

  /** The convergence. */
  convergence(x: number, y: number): number {
    let sum = 0;
    for (let k = 0; k < this.count; k++) {
      const dx = x - this.#x[k]!, dy = y - this.#y[k]!;
      sum += this.#strength[k]! * density(dx * dx + dy * dy + CENTRE, this.#truncation[k]!);
    }
    return sum;
  }

  /** The shear. */
  shear(x: number, y: number): Shear {
    let gamma1 = 0, gamma2 = 0;
    for (let k = 0; k < this.count; k++) {
      const dx = x - this.#x[k]!, dy = y - this.#y[k]!, a = this.#truncation[k]!;
      const square = dx * dx + dy * dy + CENTRE;
      const size = this.#strength[k]! * (pull(square, a) - density(square, a));
      const shear = tangential(size, dx, dy);
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
    for (let k = 0; k < this.count; k++) {
      const xk = this.#x[k]!, yk = this.#y[k]!;
      const strength = this.#strength[k]!, a = this.#truncation[k]!;
      for (let i = 0; i < x.length; i++) {
        const dx = x[i]! - xk, dy = y[i]! - yk;
        const ratio = strength * pull(dx * dx + dy * dy + CENTRE, a);
        alphaX[i]! += ratio * dx;
        alphaY[i]! += ratio * dy;
      }
    }
  }
}

/** Deflection over radius for strength 1: 1 / r - 1 / (sqrt(r^2 + a^2) + a), over one fraction. */
function pull(square: number, a: number): number {
  const r = Math.sqrt(square), end = Math.sqrt(square + a * a) + a;
  return (end - r) / (r * end);
}

/** Convergence for strength 1. */
function density(square: number, a: number): number {
  return 0.5 * (1 / Math.sqrt(square) - 1 / Math.sqrt(square + a * a));
}
