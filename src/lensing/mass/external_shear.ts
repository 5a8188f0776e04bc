/** Shear from mass outside of the field. */

import { finite } from "../_range.ts";
import type { CentreOptions } from "./circular_profile.ts";
import type { MassProfile, Shear, Vector } from "./mass_profile.ts";

/** Options of {@linkcode ExternalShear}; the centre is where nothing is deflected. */
export interface ExternalShearOptions extends CentreOptions {
  /** Stretches along x where positive. @default {0} */
  readonly gamma1?: number;
  /** Stretches along the diagonal x = y where positive. @default {0} */
  readonly gamma2?: number;
}

/**
 * A shear that is the same everywhere.
 *
 * The potential is gamma1 (x^2 - y^2) / 2 + gamma2 x y about the centre; as lenstronomy's `SHEAR`. A
 * shear of size g that stretches along the angle phi has gamma1 = g cos 2 phi and gamma2 = g sin 2 phi.
 *
 * @example
 * ```ts
 * import { ExternalShear } from "./external_shear.ts";
 *
 * const { x, y } = new ExternalShear({ gamma1: 0.5 }).deflection(1, 1);
 * if (x !== 0.5 || y !== -0.5) throw new Error("outward along x, inward along y");
 * ```
 */
export class ExternalShear implements MassProfile {
  /** The component along x. */
  readonly gamma1: number;
  /** The component along the diagonal. */
  readonly gamma2: number;
  /** Where nothing is deflected, arcsec, to the right. */
  readonly x: number;
  /** Where nothing is deflected, arcsec, up. */
  readonly y: number;

  /**
   * Makes the shear.
   *
   * @param options Its components and centre.
   * @throws {RangeError} If a number is not finite.
   */
  constructor({ gamma1 = 0, gamma2 = 0, x = 0, y = 0 }: ExternalShearOptions) {
    const action = "make an external shear";
    this.gamma1 = finite(action, "gamma1", gamma1);
    this.gamma2 = finite(action, "gamma2", gamma2);
    this.x = finite(action, "x", x);
    this.y = finite(action, "y", y);
  }

  /** The potential, 0 at the centre, arcsec squared. */
  potential(x: number, y: number): number {
    const dx = x - this.x, dy = y - this.y;
    return 0.5 * this.gamma1 * (dx * dx - dy * dy) + this.gamma2 * dx * dy;
  }

  /** The deflection, arcsec. */
  deflection(x: number, y: number): Vector {
    const dx = x - this.x, dy = y - this.y;
    return {
      x: this.gamma1 * dx + this.gamma2 * dy,
      y: this.gamma2 * dx - this.gamma1 * dy,
    };
  }

  /** The convergence: 0. */
  convergence(_x: number, _y: number): number {
    return 0;
  }

  /** The shear, everywhere the same. */
  shear(_x: number, _y: number): Shear {
    return { gamma1: this.gamma1, gamma2: this.gamma2 };
  }

  /** Adds the deflection at many points, arcsec. */
  addDeflection(
    x: Float64Array,
    y: Float64Array,
    alphaX: Float64Array,
    alphaY: Float64Array,
  ): void {
    const { gamma1, gamma2, x: x0, y: y0 } = this;
    for (let i = 0; i < x.length; i++) {
      const dx = x[i]! - x0, dy = y[i]! - y0;
      alphaX[i]! += gamma1 * dx + gamma2 * dy;
      alphaY[i]! += gamma2 * dx - gamma1 * dy;
    }
  }
}
