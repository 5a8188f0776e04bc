/** Numbers of a fit, as records have them. */

import type { InspectedLens } from "../../lensing/mod.ts";

/** The numbers of a lens, as `LENS_NUMBERS` of the library, whose import would delay every command. */
export const NUMBERS: readonly string[] = [
  ...["einstein_radius", "halo_ellipse_1", "halo_ellipse_2", "halo_x", "halo_y"],
  ...["shear_1", "shear_2", "ln_lens_amplitude", "ln_lens_radius", "ln_lens_index"],
  ...["lens_ellipse_1", "lens_ellipse_2", "ln_source_amplitude", "source_x", "source_y"],
  ...["ln_source_radius", "ln_source_index", "source_ellipse_1", "source_ellipse_2"],
];

/** Names: each number and its standard deviation, then facts about the fit. `converged` is 1 or 0. */
export const LENS_DETAILS: readonly string[] = [
  ...NUMBERS.flatMap((name) => [name, `${name}_error`]),
  ...["exposure", "chi_square", "degrees_of_freedom", "steps", "converged"],
];

/** Standard deviation from which the image says nothing of a number. */
const UNKNOWN = 1e4;

/**
 * The numbers of an inspected image.
 *
 * @param lens The image.
 * @returns Numbers in the order of the names: NaN for errors of numbers that are not free or cannot be measured, and for a lens that has
 *   no light, or no fit.
 */
export function detailsOf({ fit, exposure }: InspectedLens): number[] {
  if (!fit) return [...LENS_DETAILS.slice(0, -1).map(() => NaN), 0];
  const { vector, errors, chiSquare, degreesOfFreedom, steps, converged } = fit;
  const numbers = Array.from(vector, (value, i) => [
    Number.isFinite(value) ? value : NaN,
    errors[i]! > 0 && errors[i]! < UNKNOWN ? errors[i]! : NaN,
  ]);
  return [...numbers.flat(), exposure, chiSquare, degreesOfFreedom, steps, converged ? 1 : 0];
}
