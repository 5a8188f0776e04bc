/** The surface mass that residuals speak for, on the pixels of an image. */

import type { Grid } from "../grid.ts";
import { AT } from "./lens_vector.ts";
import { SMOOTH_GRID } from "./mass_grids.ts";
import type { EstimatedMasses } from "./substructure_statistics.ts";

/** Maps on the pixels of an image, row-major with y down; 0 where no mass is sought. */
export interface MassMap {
  /** Convergence of the mass that the smooth lens lacks, of either sign. */
  readonly convergence: Float32Array;
  /** The same over its standard deviation under noise alone. */
  readonly significance: Float32Array;
}

/**
 * Spreads masses over the pixels, linearly between the points.
 *
 * A mass of m squared Einstein radii on a square of side s Einstein radii has the convergence pi m / s^2.
 *
 * @param masses The mass at each place of `SMOOTH_GRID`.
 * @param vector The numbers of the fit.
 * @param grid The pixels.
 * @returns The maps.
 */
export function massMap(
  { mean, significance }: EstimatedMasses,
  vector: Float64Array,
  grid: Grid,
): MassMap {
  const { masses, spacing } = SMOOTH_GRID, ring = vector[AT.einstein_radius]!;
  const places = new Map<string, number>();
  masses.forEach(({ x, y }, i) =>
    places.set(`${Math.round(x / spacing)} ${Math.round(y / spacing)}`, i)
  );
  const convergence = new Float32Array(grid.count), ratio = new Float32Array(grid.count);
  const density = Math.PI / (spacing * spacing);
  for (let i = 0; i < grid.count; i++) {
    const right = (grid.x(i % grid.width) - vector[AT.halo_x]!) / (ring * spacing);
    const up = (grid.y(Math.floor(i / grid.width)) - vector[AT.halo_y]!) / (ring * spacing);
    const left = Math.floor(right), below = Math.floor(up);
    for (let corner = 0; corner < 4; corner++) {
      const column = left + corner % 2, row = below + (corner >> 1);
      const point = places.get(`${column} ${row}`);
      if (point === undefined) continue;
      const share = (1 - Math.abs(right - column)) * (1 - Math.abs(up - row));
      convergence[i]! += share * density * mean[point]!;
      ratio[i]! += share * significance[point]!;
    }
  }
  return { convergence, significance: ratio };
}
