/** Ellipticity components, in the convention of lenstronomy. */

import { finite, outOfRange } from "../_range.ts";

/** Axis ratio and angle of an ellipse, as options of profiles. */
export interface EllipseShape {
  /** Minor over major axis, in (0, 1]. */
  readonly axisRatio: number;
  /** Angle from the x axis to the major axis, in (-pi / 2, pi / 2], counter-clockwise, radians. */
  readonly angle: number;
}

/**
 * Converts the ellipticity components e1 and e2 to axis ratio and angle.
 *
 * Convention: lenstronomy's, e1 + i e2 = (1 - q) / (1 + q) exp(2 i angle).
 *
 * @param e1 Component along the axes; e1^2 + e2^2 below 1.
 * @param e2 Component along the diagonals.
 * @returns Axis ratio and angle.
 * @throws {RangeError} If a component is not finite, or e1^2 + e2^2 is 1 or more.
 *
 * @example
 * ```ts
 * import { ellipseOfComponents } from "./ellipse_of_components.ts";
 *
 * const { axisRatio, angle } = ellipseOfComponents(0, 1 / 3);
 * if (Math.abs(axisRatio - 0.5) > 1e-15) throw new Error("unexpected axis ratio");
 * if (Math.abs(angle - Math.PI / 4) > 1e-15) throw new Error("unexpected angle");
 * ```
 */
export function ellipseOfComponents(e1: number, e2: number): EllipseShape {
  const action = "convert an ellipticity to axis ratio and angle";
  const e = Math.hypot(finite(action, "e1", e1), finite(action, "e2", e2));
  if (e >= 1) throw outOfRange(action, "sqrt(e1^2 + e2^2)", "below 1", e);
  return { axisRatio: (1 - e) / (1 + e), angle: Math.atan2(e2, e1) / 2 };
}
