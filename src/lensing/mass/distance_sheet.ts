/** The sheet of the convergence that an isothermal sphere has at a distance. */

import { positive } from "../_range.ts";
import type { CentreOptions } from "./circular_profile.ts";
import { MassSheet } from "./mass_sheet.ts";

/** Options of {@linkcode DistanceSheet}. */
export interface DistanceSheetOptions extends CentreOptions {
  /** The distance x, above 0, in the unit of the Einstein radius. */
  readonly distance: number;
  /** What the distance is measured in; arcsec if the distance is. @default {1} */
  readonly einsteinRadius?: number;
}

/**
 * A mass sheet of the convergence k(x) = 1 / (2 x), one number for the whole field.
 *
 * 1 / (2 x) is the convergence of a singular isothermal sphere of Einstein radius 1 at the radius x
 * (Meneghetti, Introduction to Gravitational Lensing, lecture scripts). The sheet carries it over the
 * whole field, as a mass sheet of PyAutoLens would: it is what the sphere looks like to a field small
 * beside its distance from the sphere's centre, but for the shear of the same size, which
 * `ExternalShear` adds. At x = 1/2 the sheet has the critical density and focuses all light.
 *
 * @example
 * ```ts
 * import { DistanceSheet } from "./distance_sheet.ts";
 *
 * if (new DistanceSheet({ distance: 4 }).convergence(0, 0) !== 0.125) throw new Error("1 / 8");
 * ```
 */
export class DistanceSheet extends MassSheet {
  /**
   * Makes the sheet.
   *
   * @param options The distance, and the sheet's centre.
   * @throws {RangeError} If the distance or the Einstein radius is not above 0.
   */
  constructor({ distance, einsteinRadius = 1, ...centre }: DistanceSheetOptions) {
    const action = "lay a sheet by its distance";
    positive(action, "distance", distance);
    positive(action, "einsteinRadius", einsteinRadius);
    super({ convergence: einsteinRadius / (2 * distance), ...centre });
  }
}
