/** Poisson deviates: photon counts. */

import type { Random } from "../../random.ts";
import { nonNegative } from "../_range.ts";

/** Mean from which Hoermann's method is used. */
const LARGE = 10;
/** Mean above which the distribution is a Gaussian to 1e-6. */
const HUGE = 1e12;

/**
 * Draws a deviate of the Poisson distribution.
 *
 * Method: below a mean of 10 inversion of the distribution, summed from 0; above it Hoermann's
 * transformed rejection, algorithm PTRS (Hoermann 1993, Insurance: Mathematics and Economics 12,
 * 39), as in NumPy; above 1e12 a rounded normal deviate.
 *
 * @param mean Expected count, 0 or more, finite.
 * @param random Random generator.
 * @returns An integer, 0 or more.
 * @throws {RangeError} If the mean is negative or not finite.
 *
 * @example
 * ```ts
 * import { Random } from "../../random.ts";
 * import { poisson } from "./poisson.ts";
 *
 * if (poisson(0, new Random(1)) !== 0) throw new Error("a mean of 0 gives 0");
 * const count = poisson(1e6, new Random(1));
 * if (Math.abs(count - 1e6) > 6000) throw new Error("more than six standard deviations off");
 * ```
 */
export function poisson(mean: number, random: Random): number {
  nonNegative("draw a count", "mean", mean);
  if (mean < LARGE) return byInversion(mean, random);
  if (mean > HUGE) return Math.round(mean + Math.sqrt(mean) * random.normal());
  return byRejection(mean, random);
}

/** Inversion: sums probabilities up to a uniform deviate of 48 bits. */
function byInversion(mean: number, random: Random): number {
  const u = random.uniform() + random.uniform() / 2 ** 24;
  let probability = Math.exp(-mean), sum = probability, count = 0;
  while (u >= sum && probability > 0) {
    probability *= mean / ++count;
    sum += probability;
  }
  return count;
}

/** Hoermann's rejection method, PTRS. */
function byRejection(mean: number, random: Random): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const reciprocalAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const squeeze = 0.9277 - 3.6224 / (b - 2);
  const logMean = Math.log(mean);
  for (;;) {
    const u = random.uniform() - 0.5, v = random.uniform();
    const us = 0.5 - Math.abs(u);
    const count = Math.floor((2 * a / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= squeeze) return count;
    if (count < 0 || (us < 0.013 && v > us) || us === 0) continue;
    const accepted = Math.log(v * reciprocalAlpha / (a / (us * us) + b));
    if (accepted <= count * logMean - mean - logFactorial(count)) return count;
  }
}

/** log(n!), by Stirling's series from n = 10. */
function logFactorial(n: number): number {
  if (n < 10) {
    let product = 1;
    for (let i = 2; i <= n; i++) product *= i;
    return Math.log(product);
  }
  const z = n + 1, r = 1 / (z * z);
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) +
    (1 / 12 - r * (1 / 360 - r / 1260)) / z;
}
