/** Masses that follow a power law. */

import type { Random } from "../../random.ts";
import { finite, outOfRange, positive } from "../_range.ts";

/** Options of {@linkcode PowerLaw}. */
export interface PowerLawOptions {
  /** The exponent of dN/dm, below 0 as a rule: -1.9 for subhalos of cold dark matter. */
  readonly slope: number;
  /** The least mass, above 0, in any unit. */
  readonly lowest: number;
  /** The greatest mass, above the least, in the same unit. */
  readonly highest: number;
}

const TWO_24 = 0x1000000;

/**
 * The mass function dN/dm proportional to m^slope between two limits.
 *
 * Subhalos in simulations of cold dark matter have a slope of -1.9 (Springel et al. 2008, MNRAS 391,
 * 1685). The simulators of arXiv 1909.07346 and 2008.12731 draw a slope of -0.9, though they speak of
 * -1.9: as many in every decade of mass but for m^0.1, so that the heaviest have nearly all the mass.
 * Masses are drawn by the inverse of the cumulative distribution.
 *
 * @example
 * ```ts
 * import { Random } from "../../random.ts";
 * import { PowerLaw } from "./power_law.ts";
 *
 * const law = new PowerLaw({ slope: -1.9, lowest: 1e6, highest: 1e10 });
 * const mass = law.draw(new Random(1));
 * if (!(mass >= 1e6 && mass <= 1e10)) throw new Error("outside of the limits");
 * if (law.quantile(0) !== 1e6 || law.quantile(1) !== 1e10) throw new Error("limits missed");
 * ```
 */
export class PowerLaw {
  /** The exponent of dN/dm. */
  readonly slope: number;
  /** The least mass. */
  readonly lowest: number;
  /** The greatest mass. */
  readonly highest: number;

  /**
   * Makes the mass function.
   *
   * @param options Its slope and limits.
   * @throws {RangeError} If a limit is not above 0, the second not above the first, or a number not
   * finite.
   */
  constructor({ slope, lowest, highest }: PowerLawOptions) {
    const action = "make a mass function";
    this.slope = finite(action, "slope", slope);
    this.lowest = positive(action, "lowest", lowest);
    this.highest = positive(action, "highest", highest);
    if (highest <= lowest) {
      throw outOfRange(action, "highest", `above the lowest of ${lowest}`, highest);
    }
  }

  /**
   * The mass that a share of the objects stays below.
   *
   * @param share In [0, 1].
   * @returns A mass between the limits.
   * @throws {RangeError} If the share is outside of [0, 1].
   */
  quantile(share: number): number {
    if (!(share >= 0 && share <= 1)) {
      throw outOfRange("find a quantile", "share", "in [0, 1]", share);
    }
    if (share === 0) return this.lowest;
    if (share === 1) return this.highest;
    const n = this.slope + 1, span = Math.log(this.highest / this.lowest);
    const logarithm = n === 0 ? share * span : Math.log1p(share * Math.expm1(n * span)) / n;
    return Math.min(this.highest, this.lowest * Math.exp(logarithm));
  }

  /**
   * Draws a mass.
   *
   * @param random Where chance comes from; two uniform deviates are used.
   * @returns A mass between the limits.
   */
  draw(random: Random): number {
    return this.quantile(random.uniform() + random.uniform() / TWO_24);
  }

  /**
   * The mean mass: what the total mass is divided by for the number of objects.
   *
   * @returns A mass between the limits.
   */
  mean(): number {
    const span = Math.log(this.highest / this.lowest);
    return this.lowest * integral(this.slope + 2, span) / integral(this.slope + 1, span);
  }

  /**
   * The share of the mass that is in objects of more than a mass.
   *
   * @param mass Above 0.
   * @returns A number in [0, 1].
   * @throws {RangeError} If the mass is not above 0.
   */
  massShareAbove(mass: number): number {
    positive("find a share of mass", "mass", mass);
    const n = this.slope + 2, within = Math.min(this.highest, Math.max(this.lowest, mass));
    const span = Math.log(this.highest / this.lowest);
    return 1 - integral(n, Math.log(within / this.lowest)) / integral(n, span);
  }
}

/** The integral of t^(n - 1) from 1 to e^span. */
function integral(n: number, span: number): number {
  return n === 0 ? span : Math.expm1(n * span) / n;
}
