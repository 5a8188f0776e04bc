/** A sheet of mass. */

import { finite } from "../_range.ts";
import type { CentreOptions } from "./circular_profile.ts";
import type { MassProfile, Shear, Vector } from "./mass_profile.ts";

/** Options of {@linkcode MassSheet}; the centre is where nothing is deflected. */
export interface MassSheetOptions extends CentreOptions {
  /** The convergence; a negative one stands for less than the mean. */
  readonly convergence: number;
}

/**
 * A convergence that is the same everywhere.
 *
 * The potential is convergence r^2 / 2 about the centre; as lenstronomy's `CONVERGENCE`. What a
 * sheet does cannot be told from a larger source (Falco, Gorenstein and Shapiro 1985, ApJ 289, L1).
 *
 * @example
 * ```ts
 * import { MassSheet } from "./mass_sheet.ts";
 *
 * if (new MassSheet({ convergence: 0.5 }).deflection(3, 0).x !== 1.5) throw new Error("half of 3");
 * ```
 */
export class MassSheet implements MassProfile {
  /** The convergence of the sheet. */
  readonly sheetConvergence: number;
  /** Where nothing is deflected, arcsec, to the right. */
  readonly x: number;
  /** Where nothing is deflected, arcsec, up. */
  readonly y: number;

  /**
   * Makes the sheet.
   *
   * @param options Its convergence and centre.
   * @throws {RangeError} If a number is not finite.
   */
  constructor({ convergence, x = 0, y = 0 }: MassSheetOptions) {
    const action = "lay a mass sheet";
    this.sheetConvergence = finite(action, "convergence", convergence);
    this.x = finite(action, "x", x);
    this.y = finite(action, "y", y);
  }

  /** The potential, 0 at the centre, arcsec squared. */
  potential(x: number, y: number): number {
    return 0.5 * this.sheetConvergence * ((x - this.x) ** 2 + (y - this.y) ** 2);
  }

  /** The deflection, arcsec. */
  deflection(x: number, y: number): Vector {
    return { x: this.sheetConvergence * (x - this.x), y: this.sheetConvergence * (y - this.y) };
  }

  /** The convergence, everywhere the same. */
  convergence(_x: number, _y: number): number {
    return this.sheetConvergence;
  }

  /** The shear: none. */
  shear(_x: number, _y: number): Shear {
    return { gamma1: 0, gamma2: 0 };
  }

  /** Adds the deflection at many points, arcsec. */
  addDeflection(
    x: Float64Array,
    y: Float64Array,
    alphaX: Float64Array,
    alphaY: Float64Array,
  ): void {
    const { sheetConvergence: kappa, x: x0, y: y0 } = this;
    for (let i = 0; i < x.length; i++) {
      alphaX[i]! += kappa * (x[i]! - x0);
      alphaY[i]! += kappa * (y[i]! - y0);
    }
  }
}
