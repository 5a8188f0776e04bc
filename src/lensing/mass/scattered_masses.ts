/** Many equal profiles at different places, summed as one lens. */

import { finite } from "../_range.ts";
import { MassProfile, type Shear } from "./mass_profile.ts";
import { tangentialShear } from "./_tangential.ts";

/** Squared softening length, which keeps values finite at a centre, arcsec^2. */
export const SOFTENING = 1e-18;

/** Positions of the parts, and further arrays of the same length. */
export interface ScatteredArrays extends Readonly<Record<string, ArrayLike<number>>> {
  /** Position of each, to the right, arcsec. */
  readonly x: ArrayLike<number>;
  /** Position of each, up, arcsec. */
  readonly y: ArrayLike<number>;
}

/** The sum of circular profiles of one kind, softened at 1e-9 arcsec. */
export abstract class ScatteredMasses extends MassProfile {
  /** Number of parts. */
  readonly count: number;
  /** Positions, to the right, arcsec. */
  protected readonly x: Float64Array;
  /** Positions, up, arcsec. */
  protected readonly y: Float64Array;

  /**
   * Copies the positions.
   *
   * @param action Action that error messages name.
   * @param arrays Positions and all further arrays.
   * @throws {TypeError} If the arrays differ in length.
   * @throws {RangeError} If a coordinate is not finite.
   */
  constructor(action: string, arrays: ScatteredArrays) {
    super();
    const lengths = Object.values(arrays).map(({ length }) => length);
    if (new Set(lengths).size > 1) {
      throw new TypeError(
        `Cannot ${action} as ${Object.keys(arrays).join(", ")} must be of equal length: ` +
          `current values are ${lengths.join(", ")}`,
      );
    }
    this.count = arrays.x.length;
    this.x = Float64Array.from(arrays.x, (value, i) => finite(action, `x[${i}]`, value));
    this.y = Float64Array.from(arrays.y, (value, i) => finite(action, `y[${i}]`, value));
  }

  /** The potential of part k at a squared radius, arcsec^2. */
  protected abstract potentialOf(k: number, square: number): number;

  /** The convergence of part k at a squared radius. */
  protected abstract convergenceOf(k: number, square: number): number;

  /** The size of the tangential shear of part k at a squared radius. */
  protected abstract shearOf(k: number, square: number): number;

  /** The potential, arcsec^2. */
  override potential(x: number, y: number): number {
    let sum = 0;
    for (let k = 0; k < this.count; k++) sum += this.potentialOf(k, this.#square(k, x, y));
    return sum;
  }

  /** The convergence. */
  override convergence(x: number, y: number): number {
    let sum = 0;
    for (let k = 0; k < this.count; k++) sum += this.convergenceOf(k, this.#square(k, x, y));
    return sum;
  }

  /** The shear. */
  override shear(x: number, y: number): Shear {
    let gamma1 = 0, gamma2 = 0;
    for (let k = 0; k < this.count; k++) {
      const size = this.shearOf(k, this.#square(k, x, y));
      const shear = tangentialShear(size, x - this.x[k]!, y - this.y[k]!);
      gamma1 += shear.gamma1;
      gamma2 += shear.gamma2;
    }
    return { gamma1, gamma2 };
  }

  #square(k: number, x: number, y: number): number {
    const dx = x - this.x[k]!, dy = y - this.y[k]!;
    return dx * dx + dy * dy + SOFTENING;
  }
}
