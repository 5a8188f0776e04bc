/** Maps of a lens. */

import type { Grid } from "./grid.ts";
import type { MassProfile } from "./mass/mass_profile.ts";

/** What {@linkcode traceMaps} gives: an array a quantity, row-major, row 0 at the top. */
export interface LensMaps {
  /** Deflection, arcsec, to the right. */
  readonly deflectionX: Float64Array;
  /** Deflection, arcsec, up. */
  readonly deflectionY: Float64Array;
  /** Where the ray of a pixel comes from, arcsec, to the right. */
  readonly sourceX: Float64Array;
  /** Where the ray of a pixel comes from, arcsec, up. */
  readonly sourceY: Float64Array;
  /** Surface density over critical surface density. */
  readonly convergence: Float64Array;
  /** Shear along the axes. */
  readonly gamma1: Float64Array;
  /** Shear along the diagonals. */
  readonly gamma2: Float64Array;
  /** Signed magnification 1 / ((1 - kappa)^2 - gamma^2); negative where parity is reversed. */
  readonly magnification: Float64Array;
}

/**
 * What a lens does at the middle of each pixel.
 *
 * Source: Schneider, Ehlers and Falco 1992, chapter 5.
 *
 * @param grid The pixels.
 * @param mass The lens.
 * @returns Its maps.
 *
 * @example
 * ```ts
 * import { Grid } from "./grid.ts";
 * import { traceMaps } from "./trace_maps.ts";
 *
 * const sheet = { // half the critical density everywhere
 *   potential: (x: number, y: number) => (x * x + y * y) / 4,
 *   deflection: (x: number, y: number) => ({ x: x / 2, y: y / 2 }),
 *   convergence: () => 0.5,
 *   shear: () => ({ gamma1: 0, gamma2: 0 }),
 *   addDeflection(x: Float64Array, y: Float64Array, ax: Float64Array, ay: Float64Array) {
 *     for (let i = 0; i < x.length; i++) {
 *       ax[i] = ax[i]! + x[i]! / 2;
 *       ay[i] = ay[i]! + y[i]! / 2;
 *     }
 *   },
 * };
 * const maps = traceMaps(new Grid({ width: 3, height: 3, pixelScale: 1 }), sheet);
 * if (maps.magnification[4] !== 4 || maps.sourceY[0] !== 0.5) throw new Error("unexpected lens");
 * ```
 */
export function traceMaps(grid: Grid, mass: MassProfile): LensMaps {
  const { width, count } = grid;
  const zeros = () => new Float64Array(count);
  const maps: LensMaps = {
    deflectionX: zeros(),
    deflectionY: zeros(),
    sourceX: zeros(),
    sourceY: zeros(),
    convergence: zeros(),
    gamma1: zeros(),
    gamma2: zeros(),
    magnification: zeros(),
  };
  const x = Float64Array.from({ length: count }, (_, i) => grid.x(i % width));
  const y = Float64Array.from({ length: count }, (_, i) => grid.y(Math.floor(i / width)));
  mass.addDeflection(x, y, maps.deflectionX, maps.deflectionY);
  for (let i = 0; i < count; i++) {
    maps.sourceX[i] = x[i]! - maps.deflectionX[i]!;
    maps.sourceY[i] = y[i]! - maps.deflectionY[i]!;
    const kappa = mass.convergence(x[i]!, y[i]!), { gamma1, gamma2 } = mass.shear(x[i]!, y[i]!);
    maps.convergence[i] = kappa;
    maps.gamma1[i] = gamma1;
    maps.gamma2[i] = gamma2;
    maps.magnification[i] = 1 / ((1 - kappa) ** 2 - gamma1 * gamma1 - gamma2 * gamma2);
  }
  return maps;
}
