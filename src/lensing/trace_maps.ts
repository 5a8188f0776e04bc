/** Maps of a lens. */

import type { Grid } from "./grid.ts";
import type { MassProfile } from "./mass/mass_profile.ts";

/** Result of {@linkcode traceMaps}: one array per quantity, row-major, row 0 at the top. */
export interface LensMaps {
  /** Deflection, to the right, arcsec. */
  readonly deflectionX: Float64Array;
  /** Deflection, up, arcsec. */
  readonly deflectionY: Float64Array;
  /** Source position of the ray, to the right, arcsec. */
  readonly sourceX: Float64Array;
  /** Source position of the ray, up, arcsec. */
  readonly sourceY: Float64Array;
  /** Convergence: surface density over critical surface density. */
  readonly convergence: Float64Array;
  /** Shear along the axes. */
  readonly gamma1: Float64Array;
  /** Shear along the diagonals. */
  readonly gamma2: Float64Array;
  /** Signed magnification 1 / ((1 - kappa)^2 - gamma^2); negative where parity is reversed. */
  readonly magnification: Float64Array;
}

/**
 * Computes the lensing quantities at each pixel centre.
 *
 * Source: Schneider, Ehlers and Falco 1992, chapter 5.
 *
 * @param grid Pixels of the maps.
 * @param mass Lens.
 * @returns The maps.
 *
 * @example
 * ```ts
 * import { Grid } from "./grid.ts";
 * import { MassSheet } from "./mass/mod.ts";
 * import { traceMaps } from "./trace_maps.ts";
 *
 * const sheet = new MassSheet({ convergence: 0.5 });
 * const maps = traceMaps(new Grid({ width: 3, height: 3, pixelScale: 1 }), sheet);
 * if (maps.magnification[4] !== 4 || maps.sourceY[0] !== 0.5) throw new Error("unexpected lens");
 * ```
 */
export function traceMaps(grid: Grid, mass: MassProfile): LensMaps {
  const { width, count } = grid;
  const x = Float64Array.from({ length: count }, (_, i) => grid.x(i % width));
  const y = Float64Array.from({ length: count }, (_, i) => grid.y(Math.floor(i / width)));
  const deflectionX = new Float64Array(count), deflectionY = new Float64Array(count);
  mass.addDeflection({ x, y, alphaX: deflectionX, alphaY: deflectionY });
  const maps: LensMaps = {
    deflectionX,
    deflectionY,
    sourceX: x.map((value, i) => value - deflectionX[i]!),
    sourceY: y.map((value, i) => value - deflectionY[i]!),
    convergence: x.map((value, i) => mass.convergence(value, y[i]!)),
    gamma1: new Float64Array(count),
    gamma2: new Float64Array(count),
    magnification: new Float64Array(count),
  };
  for (let i = 0; i < count; i++) {
    const kappa = maps.convergence[i]!, { gamma1, gamma2 } = mass.shear(x[i]!, y[i]!);
    maps.gamma1[i] = gamma1;
    maps.gamma2[i] = gamma2;
    maps.magnification[i] = 1 / ((1 - kappa) ** 2 - gamma1 * gamma1 - gamma2 * gamma2);
  }
  return maps;
}
