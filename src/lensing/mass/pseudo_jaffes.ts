/** Many truncated isothermal spheres at once: subhalos. */

import type { MassProfile, Shear, Vector } from "./mass_profile.ts";
import { PseudoJaffe } from "./pseudo_jaffe.ts";
import { sumOf } from "./sum_of.ts";

/** Options of {@linkcode PseudoJaffes}: four arrays of one length. */
export interface PseudoJaffesOptions {
  /** The Einstein radius that the mass of each would have in a point, arcsec, 0 or more. */
  readonly pointEinsteinRadii: ArrayLike<number>;
  /** The truncation radius of each, arcsec, above 0. */
  readonly truncationRadii: ArrayLike<number>;
  /** Where each is, arcsec, to the right. */
  readonly x: ArrayLike<number>;
  /** Where each is, arcsec, up. */
  readonly y: ArrayLike<number>;
}

/** The square of the distance, arcsec squared, within which a sphere's pull no longer grows. */
const CENTRE = 1e-18;

/**
 * Any number of pseudo-Jaffe spheres without a core as one lens: the sum of what `PseudoJaffe` gives.
 *
 * About 4 ns a sphere and point, a tenth of what the spheres cost one by one.
 *
 * @example
 * ```ts
 * import { PseudoJaffes } from "./pseudo_jaffes.ts";
 *
 * const far = new PseudoJaffes({ pointEinsteinRadii: [0.1], truncationRadii: [0.5], x: [0], y: [0] });
 * const { x } = far.deflection(1e6, 0);
 * if (Math.abs(x * 1e6 - 0.01) > 1e-8) throw new Error("from afar it is a point of the same mass");
 * ```
 */
export class PseudoJaffes implements MassProfile {
  /** How many. */
  readonly count: number;
  readonly #sum: MassProfile;
  /** By sphere: x, y, Einstein radius of the isothermal sphere, truncation radius. */
  readonly #spheres: Float64Array;

  /**
   * Copies the spheres.
   *
   * @param options Their masses, sizes and where they are; none is an empty sky.
   * @throws {TypeError} If the arrays are not of one length.
   * @throws {RangeError} If a mass is negative, a size not above 0 or a number not finite.
   */
  constructor({ pointEinsteinRadii, truncationRadii, x, y }: PseudoJaffesOptions) {
    const lengths = [pointEinsteinRadii, truncationRadii, x, y].map(({ length }) => length);
    if (new Set(lengths).size !== 1) {
      throw new TypeError(
        "Cannot place pseudo-Jaffe spheres as pointEinsteinRadii, truncationRadii, x and y must be " +
          `of one length: current values are ${lengths.join(", ")}`,
      );
    }
    this.count = x.length;
    const spheres = Array.from({ length: this.count }, (_, i) =>
      PseudoJaffe.ofMass({
        pointEinsteinRadius: pointEinsteinRadii[i]!,
        truncationRadius: truncationRadii[i]!,
        x: x[i]!,
        y: y[i]!,
      }));
    this.#sum = sumOf(spheres);
    this.#spheres = Float64Array.from(
      spheres.flatMap(({ x, y, einsteinRadius, truncationRadius }) => [
        x,
        y,
        einsteinRadius,
        truncationRadius,
      ]),
    );
  }

  /** The potential, 0 at the centre of each, arcsec squared. */
  potential(x: number, y: number): number {
    return this.#sum.potential(x, y);
  }

  /** The deflection, arcsec. */
  deflection(x: number, y: number): Vector {
    return this.#sum.deflection(x, y);
  }

  /** The convergence. */
  convergence(x: number, y: number): number {
    return this.#sum.convergence(x, y);
  }

  /** The shear. */
  shear(x: number, y: number): Shear {
    return this.#sum.shear(x, y);
  }

  /** Adds the deflection at many points, arcsec. */
  addDeflection(
    x: Float64Array,
    y: Float64Array,
    alphaX: Float64Array,
    alphaY: Float64Array,
  ): void {
    const spheres = this.#spheres;
    for (let k = 0; k < spheres.length; k += 4) {
      const sx = spheres[k]!, sy = spheres[k + 1]!, b = spheres[k + 2]!, a = spheres[k + 3]!;
      const a2 = a * a;
      for (let i = 0; i < x.length; i++) {
        const dx = x[i]! - sx, dy = y[i]! - sy, square = Math.max(CENTRE, dx * dx + dy * dy);
        const r = Math.sqrt(square), end = Math.sqrt(square + a2) + a;
        const ratio = b * (end - r) / (r * end);
        alphaX[i]! += ratio * dx;
        alphaY[i]! += ratio * dy;
      }
    }
  }
}
