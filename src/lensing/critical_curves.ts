/** Where a lens magnifies without bound, and where what is magnified so lies. */

import { finite, positive } from "./_range.ts";
import { zeroContours } from "./_contours.ts";
import { inverseMagnification } from "./inverse_magnification.ts";
import type { MassProfile } from "./mass/mass_profile.ts";

/** Options of {@linkcode criticalCurves}. */
export interface CriticalCurvesOptions {
  /** The curves are looked for this far from the middle, along x and y, arcsec, above 0. */
  readonly halfWidth: number;
  /** Distance of the points looked at, arcsec, above 0; smaller curves can be missed. */
  readonly step: number;
  /** The middle, arcsec, to the right. @default {0} */
  readonly x?: number;
  /** The middle, arcsec, up. @default {0} */
  readonly y?: number;
}

/** What {@linkcode criticalCurves} gives; curves are x0, y0, x1, y1 ... in arcsec. */
export interface CriticalCurves {
  /** In the lens plane; a closed curve ends where it begins. */
  readonly critical: readonly Float64Array[];
  /** In the source plane: of each critical curve, point by point, where its light comes from. */
  readonly caustics: readonly Float64Array[];
}

/** The lattice is moved by these parts of a step, so that no corner falls on the centre of a lens. */
const OFF_X = 0.381966, OFF_Y = 0.236068;

/**
 * The critical curves of a lens and its caustics.
 *
 * Marching squares on the inverse magnification; each point then is found on its edge to rounding, so
 * that the curves are exact where they have points, a step or less apart, and straight between. The
 * isothermal profiles have no radial critical curve: the cut, where the inner image ends, is none.
 *
 * @param mass The lens.
 * @param options Where to look, and how finely.
 * @returns The curves of both planes.
 * @throws {RangeError} If a size is not above 0 or a number not finite.
 *
 * @example
 * ```ts
 * import { criticalCurves } from "./critical_curves.ts";
 * import { SingularIsothermalSphere } from "./mass/mod.ts";
 *
 * const lens = new SingularIsothermalSphere({ einsteinRadius: 1 });
 * const { critical, caustics } = criticalCurves(lens, { halfWidth: 2, step: 0.1 });
 * if (critical.length !== 1) throw new Error("one circle");
 * const [x, y] = critical[0]!;
 * if (Math.abs(Math.hypot(x!, y!) - 1) > 1e-12) throw new Error("of the Einstein radius");
 * if (!caustics[0]!.every((at) => Math.abs(at) < 1e-12)) throw new Error("from one point");
 * ```
 */
export function criticalCurves(mass: MassProfile, options: CriticalCurvesOptions): CriticalCurves {
  const { halfWidth, step, x = 0, y = 0 } = options, action = "find critical curves";
  positive(action, "halfWidth", halfWidth);
  positive(action, "step", step);
  const critical = zeroContours((x, y) => inverseMagnification(mass, x, y), {
    x: finite(action, "x", x) - halfWidth - OFF_X * step,
    y: finite(action, "y", y) - halfWidth - OFF_Y * step,
    step,
    count: Math.ceil(2 * halfWidth / step) + 1,
  });
  return { critical, caustics: critical.map((curve) => toSource(mass, curve)) };
}

function toSource(mass: MassProfile, curve: Float64Array): Float64Array {
  const source = new Float64Array(curve.length);
  for (let i = 0; i < curve.length; i += 2) {
    const { x, y } = mass.deflection(curve[i]!, curve[i + 1]!);
    source[i] = curve[i]! - x;
    source[i + 1] = curve[i + 1]! - y;
  }
  return source;
}
