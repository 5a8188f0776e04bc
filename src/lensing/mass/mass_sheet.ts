/** Sheets of uniform convergence. */

import { finite, positive } from "../_range.ts";
import type { CentreOptions } from "../placement.ts";
import type { Rays, Shear } from "./mass_profile.ts";
import { CentredProfile } from "./placed_profile.ts";

/** Options of {@linkcode MassSheet}; the deflection is 0 at the centre. */
export interface MassSheetOptions extends CentreOptions {
  /** Convergence; negative for a density below the mean. */
  readonly convergence: number;
}

/**
 * A uniform convergence.
 *
 * The potential is convergence r^2 / 2 about the centre. Convention: lenstronomy's `CONVERGENCE`. A
 * sheet is indistinguishable from a larger source (Falco, Gorenstein and Shapiro 1985, ApJ 289,
 * L1).
 *
 * @example
 * ```ts
 * import { MassSheet } from "./mass_sheet.ts";
 *
 * if (new MassSheet({ convergence: 0.5 }).deflection(3, 0).x !== 1.5) throw new Error("half of 3");
 * ```
 */
export class MassSheet extends CentredProfile {
  /** Convergence of the sheet. */
  readonly sheetConvergence: number;

  /**
   * Creates the sheet.
   *
   * @param options Convergence and centre.
   * @throws {RangeError} If a number is not finite.
   */
  constructor({ convergence, ...centre }: MassSheetOptions) {
    const action = "create a mass sheet";
    super(action, centre);
    this.sheetConvergence = finite(action, "convergence", convergence);
  }

  /** The potential, 0 at the centre, arcsec^2. */
  override potential(x: number, y: number): number {
    return 0.5 * this.sheetConvergence * ((x - this.x) ** 2 + (y - this.y) ** 2);
  }

  /** The convergence, the same everywhere. */
  override convergence(_x: number, _y: number): number {
    return this.sheetConvergence;
  }

  /** The shear, 0 everywhere. */
  override shear(_x: number, _y: number): Shear {
    return { gamma1: 0, gamma2: 0 };
  }

  /** Adds the deflections, arcsec. */
  override addDeflection({ x, y, alphaX, alphaY }: Rays): void {
    const { sheetConvergence: kappa, x: x0, y: y0 } = this;
    for (let i = 0; i < x.length; i++) {
      alphaX[i]! += kappa * (x[i]! - x0);
      alphaY[i]! += kappa * (y[i]! - y0);
    }
  }
}

/** Options of {@linkcode DistanceSheet}. */
export interface DistanceSheetOptions extends CentreOptions {
  /** Distance x from the centre of an isothermal sphere, above 0, in units of `einsteinRadius`. */
  readonly distance: number;
  /** Einstein radius of the sphere; 1 if the distance is in arcsec. @default {1} */
  readonly einsteinRadius?: number;
}

/**
 * A mass sheet with the convergence k(x) = 1 / (2 x), one number for the whole field.
 *
 * 1 / (2 x) is the convergence of a singular isothermal sphere of Einstein radius 1 at the radius x
 * (Meneghetti, Introduction to Gravitational Lensing, lecture scripts). The sheet approximates the
 * sphere over a field that is small compared with its distance from the sphere's centre, as a mass
 * sheet of PyAutoLens does. The shear of the same size is left to `ExternalShear`. At x = 1/2 the
 * sheet has the critical density and focuses all light.
 *
 * @example
 * ```ts
 * import { DistanceSheet } from "./mass_sheet.ts";
 *
 * if (new DistanceSheet({ distance: 4 }).convergence(0, 0) !== 0.125) throw new Error("1 / 8");
 * ```
 */
export class DistanceSheet extends MassSheet {
  /**
   * Creates the sheet.
   *
   * @param options Distance, Einstein radius, and centre of the sheet.
   * @throws {RangeError} If the distance or the Einstein radius is not above 0.
   */
  constructor({ distance, einsteinRadius = 1, ...centre }: DistanceSheetOptions) {
    const action = "create a sheet from a distance";
    positive(action, "distance", distance);
    positive(action, "einsteinRadius", einsteinRadius);
    super({ convergence: einsteinRadius / (2 * distance), ...centre });
  }
}
