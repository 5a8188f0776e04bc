/** Lens maps as files, for `--maps`. */

import {
  type Curve,
  gridOf,
  type LensClass,
  type LensParameters,
  massOf,
  traceCriticalCurves,
  traceMaps,
} from "../lensing/mod.ts";
import { encodeNpy } from "../npy.ts";
import { encodeNpz } from "./npz.ts";

/**
 * Computes the maps, critical curves and caustics of a lens.
 *
 * The npz file contains `convergence`, `deflection_x`, `deflection_y` (arcsec) and `magnification`,
 * float32, row 0 at the top. The JSON contains `critical_curves` and `caustics`, each a list of
 * lists of [x, y] in arcsec, x to the right and y up.
 *
 * @param parameters Parameters of an image.
 * @param lensClass Class of the image.
 * @returns The npz file and the JSON.
 */
export function lensMapsOf(
  parameters: LensParameters,
  lensClass: LensClass,
): { readonly npz: Uint8Array<ArrayBuffer>; readonly curves: string } {
  const grid = gridOf(parameters), mass = massOf(parameters, lensClass);
  const maps = traceMaps(grid, mass);
  const array = (values: Float64Array) =>
    encodeNpy(Float32Array.from(values), [grid.height, grid.width]);
  const npz = encodeNpz({
    convergence: array(maps.convergence),
    deflection_x: array(maps.deflectionX),
    deflection_y: array(maps.deflectionY),
    magnification: array(maps.magnification),
  });
  const { critical, caustics } = traceCriticalCurves({ grid, mass });
  const curves = { critical_curves: critical.map(pointsOf), caustics: caustics.map(pointsOf) };
  return { npz, curves: `${JSON.stringify(curves)}\n` };
}

/** The points of a curve; a closed curve repeats its first point. */
function pointsOf({ x, y, closed }: Curve): [number, number][] {
  const points = Array.from(x, (value, i): [number, number] => [value, y[i]!]);
  return closed && points.length > 0 ? [...points, points[0]!] : points;
}
