/** A string of mass made of points, as in published simulators. */

import { finite, integer, nonNegative, positive } from "../_range.ts";
import type { LineMassOptions } from "./line_mass.ts";
import { PointMasses } from "./point_masses.ts";

/** Options of {@linkcode PointChain}. */
export interface PointChainOptions extends LineMassOptions {
  /** Number of points, at least 1. */
  readonly count: number;
}

/**
 * Equal point masses at the midpoints of equal pieces of a segment; `LineMass` is the limit.
 *
 * For comparison with simulators that represent a vortex by 25 or 100 points. At distances below
 * the spacing, length / count, the deflection is that of single points.
 *
 * @example
 * ```ts
 * import { LineMass } from "./line_mass.ts";
 * import { PointChain } from "./point_chain.ts";
 *
 * const options = { einsteinRadius: 0.5, length: 1, angle: 0.3 };
 * const chain = new PointChain({ ...options, count: 1000 }).deflection(0, 0.7);
 * const line = new LineMass(options).deflection(0, 0.7);
 * if (Math.hypot(chain.x - line.x, chain.y - line.y) > 1e-6) throw new Error("not the limit");
 * ```
 */
export class PointChain extends PointMasses {
  /**
   * Creates the chain.
   *
   * @param options Total mass, number of points, length, angle and centre.
   * @throws {RangeError} If the mass is negative, the length is not above 0, the count is not a
   *   whole number of at least 1, or a number is not finite.
   */
  constructor({ einsteinRadius, length, count, angle = 0, x = 0, y = 0 }: PointChainOptions) {
    const action = "create a chain of points";
    nonNegative(action, "einsteinRadius", einsteinRadius);
    positive(action, "length", length);
    integer(action, "count", count, 1);
    const cos = Math.cos(finite(action, "angle", angle)), sin = Math.sin(angle);
    const along = Float64Array.from(
      { length: count },
      (_, i) => length * ((i + 0.5) / count - 0.5),
    );
    super({
      einsteinRadii: along.map(() => einsteinRadius / Math.sqrt(count)),
      x: along.map((t) => x + cos * t),
      y: along.map((t) => y + sin * t),
    });
  }
}
