/** Critical curves, where the magnification diverges, and caustics. */

import { integer } from "./_range.ts";
import { contours, type Curve } from "./_contours.ts";
import type { Grid } from "./grid.ts";
import type { MassProfile } from "./mass/mass_profile.ts";

export type { Curve } from "./_contours.ts";

/** Options of {@linkcode traceCriticalCurves}. */
export interface CriticalCurvesOptions {
  /** Field to search. */
  readonly grid: Grid;
  /** Lens. */
  readonly mass: MassProfile;
  /** Steps per pixel; curves smaller than a step, as of small subhalos, are missed. @default {1} */
  readonly subPixels?: number;
}

/** Result of {@linkcode traceCriticalCurves}. */
export interface CriticalCurves {
  /** Curves in the image plane. */
  readonly critical: readonly Curve[];
  /** The same curves, point by point, in the source plane. */
  readonly caustics: readonly Curve[];
}

/**
 * Finds the critical curves of a lens and its caustics.
 *
 * On a critical curve (1 - kappa)^2 - gamma^2 is 0 (Schneider, Ehlers and Falco 1992, chapter 5);
 * its rays end on the caustic. Marching squares find sign changes between neighbouring points, and
 * 40 bisections locate each zero on its edge. The cut of a singular isothermal lens, where the
 * magnification stays finite, is no critical curve and is not returned.
 *
 * @param options Lens and field.
 * @returns The curves, longest first.
 * @throws {RangeError} If `subPixels` is not a whole number of at least 1.
 *
 * @example
 * ```ts
 * import { Grid } from "./grid.ts";
 * import { SingularIsothermalSphere } from "./mass/mod.ts";
 * import { traceCriticalCurves } from "./trace_critical_curves.ts";
 *
 * const grid = new Grid({ width: 40, height: 40, pixelScale: 0.1 });
 * const mass = new SingularIsothermalSphere({ einsteinRadius: 1 });
 * const { critical } = traceCriticalCurves({ grid, mass });
 * const { x, y } = critical[0]!;
 * if (Math.abs(Math.hypot(x[0]!, y[0]!) - 1) > 1e-9) throw new Error("the Einstein ring");
 * ```
 */
export function traceCriticalCurves(
  { grid, mass, subPixels = 1 }: CriticalCurvesOptions,
): CriticalCurves {
  integer("trace critical curves", "subPixels", subPixels, 1);
  const critical = contours({
    columns: grid.width * subPixels + 1,
    rows: grid.height * subPixels + 1,
    x: (column) => grid.x(column / subPixels - 0.5),
    y: (row) => grid.y(row / subPixels - 0.5),
    value(x, y) {
      const kappa = mass.convergence(x, y), { gamma1, gamma2 } = mass.shear(x, y);
      return (1 - kappa) ** 2 - gamma1 * gamma1 - gamma2 * gamma2;
    },
  });
  const caustics = critical.map(({ x, y, closed }) => {
    const alphaX = new Float64Array(x.length), alphaY = new Float64Array(x.length);
    mass.addDeflection({ x, y, alphaX, alphaY });
    return {
      x: x.map((value, i) => value - alphaX[i]!),
      y: y.map((value, i) => value - alphaY[i]!),
      closed,
    };
  });
  return { critical, caustics };
}
