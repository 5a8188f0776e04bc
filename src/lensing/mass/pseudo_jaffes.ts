/** Many truncated subhalos as one lens. */

import { nonNegative, positive } from "../_range.ts";
import type { Rays } from "./mass_profile.ts";
import { ScatteredMasses, SOFTENING } from "./scattered_masses.ts";

/** Options of {@linkcode PseudoJaffes}: four arrays of equal length. */
export interface PseudoJaffesOptions {
  /** Einstein radius of a point with the mass of each, 0 or more, arcsec. */
  readonly pointEinsteinRadii: ArrayLike<number>;
  /** Truncation radius of each, above 0, arcsec. */
  readonly truncationRadii: ArrayLike<number>;
  /** Position of each, to the right, arcsec. */
  readonly x: ArrayLike<number>;
  /** Position of each, up, arcsec. */
  readonly y: ArrayLike<number>;
}

/**
 * The sum of any number of `PseudoJaffe` without a core, softened at 1e-9 arcsec.
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
export class PseudoJaffes extends ScatteredMasses {
  /** Einstein radii of the untruncated isothermal spheres. */
  readonly #strength: Float64Array;
  readonly #truncation: Float64Array;

  /**
   * Copies the subhalos.
   *
   * @param options Masses, truncation radii and positions; empty arrays are an empty sky.
   * @throws {TypeError} If the arrays differ in length.
   * @throws {RangeError} If a mass is negative, a truncation radius is not above 0, or a number is
   *   not finite.
   */
  constructor({ pointEinsteinRadii, truncationRadii, x, y }: PseudoJaffesOptions) {
    const action = "place subhalos";
    super(action, { pointEinsteinRadii, truncationRadii, x, y });
    this.#truncation = Float64Array.from(
      truncationRadii,
      (value, i) => positive(action, `truncationRadii[${i}]`, value),
    );
    this.#strength = Float64Array.from(
      pointEinsteinRadii,
      (value, i) =>
        nonNegative(action, `pointEinsteinRadii[${i}]`, value) ** 2 / this.#truncation[i]!,
    );
  }

  /** The potential of one subhalo, arcsec^2. */
  protected override potentialOf(k: number, square: number): number {
    const a = this.#truncation[k]!, rise = square / (Math.sqrt(square + a * a) + a);
    return this.#strength[k]! * (Math.sqrt(square) - rise + a * Math.log1p(rise / (2 * a)));
  }

  /** The convergence of one subhalo. */
  protected override convergenceOf(k: number, square: number): number {
    return this.#strength[k]! * convergence(square, this.#truncation[k]!);
  }

  /** The shear of one subhalo. */
  protected override shearOf(k: number, square: number): number {
    const a = this.#truncation[k]!;
    return this.#strength[k]! * (deflectionRatio(square, a) - convergence(square, a));
  }

  /** Adds the deflections, arcsec; a subhalo does not deflect a ray through its centre. */
  override addDeflection({ x, y, alphaX, alphaY }: Rays): void {
    for (let k = 0; k < this.count; k++) {
      const xk = this.x[k]!, yk = this.y[k]!;
      const strength = this.#strength[k]!, a = this.#truncation[k]!;
      for (let i = 0; i < x.length; i++) {
        const dx = x[i]! - xk, dy = y[i]! - yk;
        const ratio = strength * deflectionRatio(dx * dx + dy * dy + SOFTENING, a);
        alphaX[i]! += ratio * dx;
        alphaY[i]! += ratio * dy;
      }
    }
  }
}

/** Deflection over radius at strength 1: 1 / r - 1 / (sqrt(r^2 + a^2) + a), as one fraction. */
function deflectionRatio(square: number, a: number): number {
  const r = Math.sqrt(square), end = Math.sqrt(square + a * a) + a;
  return (end - r) / (r * end);
}

/** Convergence at strength 1. */
function convergence(square: number, a: number): number {
  return 0.5 * (1 / Math.sqrt(square) - 1 / Math.sqrt(square + a * a));
}
