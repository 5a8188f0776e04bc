/** The shear about a centre. */

import type { Shear } from "./mass_profile.ts";

/**
 * A shear of a size, tangential to the circle about a centre.
 *
 * It has no direction at the centre itself: there it is that of the points to the right and left.
 */
export function tangential(size: number, dx: number, dy: number): Shear {
  const square = dx * dx + dy * dy;
  if (square === 0) return { gamma1: -size, gamma2: 0 };
  return { gamma1: -size * (dx * dx - dy * dy) / square, gamma2: -size * 2 * dx * dy / square };
}
