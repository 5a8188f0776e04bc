/** Places where mass is sought, in units of the Einstein radius. */

/** Einstein radius for which the settings below were chosen, arcsec. */
const CHOSEN_FOR = 1.2;
/** Spacing of the points, and the radius within which they lie, over the Einstein radius. */
const SPACING = 0.16 / CHOSEN_FOR, RADIUS = 1.3 / CHOSEN_FOR;

/** Points on a square grid within a circle around the centre of the halo, over the Einstein radius. */
export interface PointGrid {
  /** Distance of neighbours. */
  readonly spacing: number;
  /** Positions to the right. */
  readonly x: Float64Array;
  /** Positions up. */
  readonly y: Float64Array;
}

/** The points at which the surface mass is estimated: 305. */
export function pointGrid(): PointGrid {
  const most = Math.floor(RADIUS / SPACING), x: number[] = [], y: number[] = [];
  for (let row = -most; row <= most; row++) {
    for (let column = -most; column <= most; column++) {
      if (Math.hypot(row, column) * SPACING > RADIUS) continue;
      x.push(column * SPACING);
      y.push(row * SPACING);
    }
  }
  return { spacing: SPACING, x: Float64Array.from(x), y: Float64Array.from(y) };
}
