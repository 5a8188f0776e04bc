/** Tangential shear. */

import type { Shear } from "./mass_profile.ts";

/**
 * The shear of a given size, tangential to the circle about the centre.
 *
 * The direction is undefined at the centre itself; there it is that of points to the right and
 * left.
 */
export function tangentialShear(size: number, dx: number, dy: number): Shear {
  const square = dx * dx + dy * dy;
  if (square === 0) return { gamma1: -size, gamma2: 0 };
  return { gamma1: -size * (dx * dx - dy * dy) / square, gamma2: -size * 2 * dx * dy / square };
}
