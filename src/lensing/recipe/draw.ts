/** Draws from distributions, and the limits of the draws. */

import type { Random } from "../../random.ts";
import { poisson } from "../observation/mod.ts";
import type { Distribution } from "./distribution.ts";

/** Maximum redraws of a value outside the limits, before it is clipped. */
const MAX_DRAWS = 10_000;

/**
 * Draws a value from a distribution.
 *
 * @param distribution Distribution.
 * @param random Random generator.
 * @returns A number, or a word from a distribution of words.
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
      const { median, deviation, low, high } = distribution;
      return within(low, high, () => median + deviation * random.normal());
    }
    case "lognormal": {
      const { median, deviation, low, high } = distribution;
      return within(low, high, () => median * Math.exp(deviation * random.normal()));
    }
    case "powerlaw": {
      // Inversion of the cumulative distribution, by a deviate of 48 bits.
      const share = random.uniform() + random.uniform() / 2 ** 24;
      const { low, high, slope } = distribution, n = slope + 1, span = Math.log(high / low);
      const logarithm = n === 0 ? share * span : Math.log1p(share * Math.expm1(n * span)) / n;
      return Math.min(high, low * Math.exp(logarithm));
    }
    case "poisson":
      return poisson(distribution.mean, random);
  }
}

/**
 * The smallest and the largest number of a distribution.
 *
 * @param distribution Distribution of numbers.
 * @returns Both limits; NaN for words.
 */
export function limitsOf(distribution: Distribution): readonly [number, number] {
  switch (distribution.kind) {
    case "constant":
    case "choice": {
      const values = distribution.kind === "choice" ? distribution.values : [distribution.value];
      const numbers = values.map((value) => typeof value === "number" ? value : NaN);
      return [Math.min(...numbers), Math.max(...numbers)];
    }
    case "normal":
    case "lognormal": {
      const { kind, median, deviation, low, high } = distribution;
      if (deviation === 0) return [median, median];
      return [kind === "lognormal" ? Math.max(Number.MIN_VALUE, low) : low, high]; // never 0 itself
    }
    case "poisson":
      return [0, Infinity];
    default:
      return [distribution.low, distribution.high];
  }
}

function within(low: number, high: number, next: () => number): number {
  let value = next();
  for (let i = 0; i < MAX_DRAWS && !(value >= low && value <= high); i++) value = next();
  return Math.min(high, Math.max(low, value));
}
