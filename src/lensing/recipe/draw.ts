/** Drawing from a distribution, and the limits of what may come. */

import type { Random } from "../../random.ts";
import { poisson } from "../observation/mod.ts";
import { PowerLaw } from "../population/mod.ts";
import type { Distribution } from "./distribution.ts";

/** Draws outside the limits of a normal distribution before the nearest limit is taken. */
const MOST_DRAWS = 10_000;

/**
 * Draws a value.
 *
 * @param distribution What to draw from.
 * @param random The generator.
 * @returns A number, or a word of a distribution of words.
 *
 * @example
 * ```ts
 * import { Random } from "../../random.ts";
 * import { draw } from "./draw.ts";
 *
 * const value = draw({ kind: "uniform", low: 2, high: 3 }, new Random(1));
 * if (typeof value !== "number" || value < 2 || value > 3) throw new Error("outside the limits");
 * ```
 */
export function draw(distribution: Distribution, random: Random): number | string {
  switch (distribution.kind) {
    case "constant":
      return distribution.value;
    case "choice":
      return distribution.values[random.integer(distribution.values.length)]!;
    case "uniform": {
      const { low, high } = distribution;
      return low + (high - low) * random.uniform();
    }
    case "loguniform": {
      const { low, high } = distribution;
      return Math.min(high, Math.max(low, low * (high / low) ** random.uniform()));
    }
    case "normal": {
      const { mean, deviation, low, high } = distribution;
      return within(low, high, () => mean + deviation * random.normal());
    }
    case "lognormal": {
      const { median, deviation, low, high } = distribution;
      return within(low, high, () => median * Math.exp(deviation * random.normal()));
    }
    case "powerlaw":
      return powerLaw(distribution).draw(random);
    case "poisson":
      return poisson(distribution.mean, random);
  }
}

/**
 * The least and the greatest number that may come.
 *
 * @param distribution A distribution of numbers.
 * @returns Both; words count as NaN.
 */
export function limitsOf(distribution: Distribution): readonly [number, number] {
  switch (distribution.kind) {
    case "constant":
      return typeof distribution.value === "number"
        ? [distribution.value, distribution.value]
        : [NaN, NaN];
    case "choice": {
      const numbers = distribution.values.map((value) => typeof value === "number" ? value : NaN);
      return [Math.min(...numbers), Math.max(...numbers)];
    }
    case "normal":
    case "lognormal":
      if (distribution.deviation === 0) {
        const middle = distribution.kind === "normal" ? distribution.mean : distribution.median;
        return [middle, middle];
      }
      return distribution.kind === "lognormal"
        ? [Math.max(Number.MIN_VALUE, distribution.low), distribution.high] // never 0 itself
        : [distribution.low, distribution.high];
    case "poisson":
      return [0, Infinity];
    default:
      return [distribution.low, distribution.high];
  }
}

function within(low: number, high: number, next: () => number): number {
  let value = next();
  for (let i = 0; i < MOST_DRAWS && !(value >= low && value <= high); i++) value = next();
  return Math.min(high, Math.max(low, value));
}

function powerLaw({ low, high, slope }: Distribution & { readonly kind: "powerlaw" }): PowerLaw {
  return new PowerLaw({ slope, lowest: low, highest: high });
}
