/** Masses that are sought around a lens, on grids in units of its Einstein radius. */

import type { SoughtMass } from "./mass_templates.ts";

/** Masses on a square grid within a circle around the centre of the halo; lengths over the Einstein radius. */
export interface MassGrid {
  /** Distance of neighbours. */
  readonly spacing: number;
  /** The masses. */
  readonly masses: readonly SoughtMass[];
}

/** Settings of a grid. */
interface GridSettings {
  readonly spacing: number;
  /** Radius of the circle. */
  readonly within: number;
  /** Radius over which each mass is spread. */
  readonly radius: number;
}

/**
 * 97 masses, spread over as much as they are apart: they stand for any mass that changes slowly with the place. Chosen
 * on lenses of `model-b` and `realistic` with seeds of their own.
 */
export const SMOOTH_GRID: MassGrid = gridOf({ spacing: 0.16, within: 0.9, radius: 0.15 });

/** 197 masses that are nearly points, for subhalos. */
export const POINT_GRID: MassGrid = gridOf({ spacing: 2 / 15, within: 13 / 12, radius: 0.03 });

function gridOf({ spacing, within, radius }: GridSettings): MassGrid {
  const most = Math.floor(within / spacing), masses: SoughtMass[] = [];
  for (let row = -most; row <= most; row++) {
    for (let column = -most; column <= most; column++) {
      if (Math.hypot(row, column) * spacing > within) continue;
      masses.push({ x: column * spacing, y: row * spacing, length: 0, angle: 0, radius });
    }
  }
  return { spacing, masses };
}
