/** A population of subhalos. */

import type { Random } from "../../random.ts";
import { notNegative, positive, whole } from "../_range.ts";
import { poisson } from "../observation/poisson.ts";
import type { PowerLaw } from "./power_law.ts";
import type { RadialDistribution } from "./radial_distribution.ts";

/** Options of {@linkcode drawSubhalos}: one of `count`, `meanCount` and `meanTotalMass`. */
export interface SubhalosOptions {
  /** What masses they have. */
  readonly masses: PowerLaw;
  /** Where they lie. */
  readonly places: RadialDistribution;
  /** Just so many. */
  readonly count?: number;
  /** A Poisson number of this mean, which may be 0. */
  readonly meanCount?: number;
  /** A Poisson number such that all masses together have this mean, in the unit of the masses. */
  readonly meanTotalMass?: number;
  /**
   * All masses are multiplied so that together they are this, in their unit: their limits then hold
   * before the multiplication only. Without it the masses are as drawn.
   */
  readonly totalMass?: number;
}

/** What {@linkcode drawSubhalos} gives: arrays of one length. */
export interface Subhalos {
  /** Of each, in the unit of the mass function. */
  readonly masses: Float64Array;
  /** Arcsec from the halo's centre, to the right. */
  readonly x: Float64Array;
  /** Arcsec from the halo's centre, up. */
  readonly y: Float64Array;
}

/**
 * Draws subhalos: how many, how heavy, and where.
 *
 * @param random Where chance comes from.
 * @param options The distributions and the number.
 * @returns Masses and places.
 * @throws {RangeError} If a number is out of its range.
 * @throws {TypeError} If not exactly one of `count`, `meanCount` and `meanTotalMass` is given.
 *
 * @example
 * ```ts
 * import { Random } from "../../random.ts";
 * import { PowerLaw } from "./power_law.ts";
 * import { RadialDistribution } from "./radial_distribution.ts";
 * import { drawSubhalos } from "./subhalos.ts";
 *
 * const { masses } = drawSubhalos(new Random(1), {
 *   masses: new PowerLaw({ slope: -0.9, lowest: 1e6, highest: 1e10 }),
 *   places: new RadialDistribution({ outer: 1, uniformIn: "radius" }),
 *   count: 25,
 *   totalMass: 1e10, // 1 % of a halo of 1e12 Msun
 * });
 * const total = masses.reduce((sum, mass) => sum + mass, 0);
 * if (Math.abs(total / 1e10 - 1) > 1e-12) throw new Error("not the mass asked for");
 * ```
 */
export function drawSubhalos(random: Random, options: SubhalosOptions): Subhalos {
  const count = numberOf(random, options);
  const masses = new Float64Array(count), x = new Float64Array(count), y = new Float64Array(count);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    sum += masses[i] = options.masses.draw(random);
    const place = options.places.draw(random);
    x[i] = place.x;
    y[i] = place.y;
  }
  if (options.totalMass !== undefined) {
    const factor = positive("draw subhalos", "totalMass", options.totalMass) / sum;
    for (let i = 0; i < count; i++) masses[i]! *= factor;
  }
  return { masses, x, y };
}

function numberOf(
  random: Random,
  { masses, count, meanCount, meanTotalMass }: SubhalosOptions,
): number {
  const action = "draw subhalos";
  const given = [count, meanCount, meanTotalMass].filter((value) => value !== undefined).length;
  if (given !== 1) {
    throw new TypeError(
      `Cannot ${action} as one of count, meanCount and meanTotalMass must be given: ` +
        `current number is ${given}`,
    );
  }
  if (count !== undefined) return whole(action, "count", count, 0);
  if (meanCount !== undefined) return poisson(notNegative(action, "meanCount", meanCount), random);
  return poisson(notNegative(action, "meanTotalMass", meanTotalMass ?? 0) / masses.mean(), random);
}
