/** Ellipticity as lenstronomy writes it. */

import { finite, outOfRange } from "../_range.ts";

/** An ellipse's shape: what profiles take as options. */
export interface EllipseShape {
  /** Minor over major axis, in (0, 1]. */
  readonly axisRatio: number;
  /** From the x axis to the major axis, counter-clockwise, radians, in (-pi / 2, pi / 2]. */
  readonly angle: number;
}

/**
 * The axis ratio and angle of the ellipticity components e1 and e2.
 *
 * Convention: that of lenstronomy, e1 + i e2 = (1 - q) / (1 + q) exp(2 i angle).
 *
 * @param e1 Along the axes; e1^2 + e2^2 below 1.
 * @param e2 Along the diagonals.
 * @returns The shape.
 * @throws {RangeError} If a component is not finite, or both together are 1 or more.
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
  const action = "turn an ellipticity into axis ratio and angle";
  const e = Math.hypot(finite(action, "e1", e1), finite(action, "e2", e2));
  if (e >= 1) throw outOfRange(action, "sqrt(e1^2 + e2^2)", "below 1", e);
  return { axisRatio: (1 - e) / (1 + e), angle: Math.atan2(e2, e1) / 2 };
}
