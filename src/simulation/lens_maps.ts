/** Maps of a lens, for `--maps`. */

import {
  type Curve,
  gridOf,
  type LensClass,
  massOf,
  type Parameters,
  traceCriticalCurves,
  traceMaps,
} from "../lensing/mod.ts";
import { encodeNpy } from "../npy.ts";
import { encodeNpz } from "./npz.ts";

/**
 * What a lens does at each pixel, and where its critical curves and caustics run.
 *
 * The npz file holds `convergence`, `deflection_x`, `deflection_y` (arcsec) and `magnification`, all
 * float32, rows from the top as in the image; the JSON `critical_curves` and `caustics`, each a list of
 * lists of [x, y] in arcsec, x right and y up.
 *
 * @param parameters The parameters of an image.
 * @param lensClass Its class.
 * @returns The npz file and the JSON.
 */
export function lensMapsOf(
  parameters: Parameters,
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

/** A curve as a list of points; a closed one ends where it begins. */
function pointsOf({ x, y, closed }: Curve): [number, number][] {
  const points = Array.from(x, (value, i): [number, number] => [value, y[i]!]);
  return closed && points.length > 0 ? [...points, points[0]!] : points;
}
