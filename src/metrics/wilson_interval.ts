/** Confidence interval of a share. */

/** The quantile of the normal distribution for 95 %. */
const Z = 1.959963984540054;

/**
 * The 95 % interval of a share by Wilson's score: it stays in [0, 1], and holds for few trials too.
 *
 * Source: Wilson 1927, Journal of the American Statistical Association 22.
 *
 * @param successes From 0 to `trials`.
 * @param trials At least 1.
 * @returns The lower and upper bound.
 * @throws {RangeError} If a number is out of range.
 *
 * @example
 * ```ts
 * import { wilsonInterval } from "./wilson_interval.ts";
 *
 * const [low, high] = wilsonInterval(8, 10);
 * if (low.toFixed(4) !== "0.4902" || high.toFixed(4) !== "0.9433") throw new Error(`${low} ${high}`);
 * ```
 */
export function wilsonInterval(successes: number, trials: number): [low: number, high: number] {
  if (!(trials >= 1 && successes >= 0 && successes <= trials)) {
    throw new RangeError(
      `Cannot compute an interval as there must be from 0 to ${trials} successes of at least one trial: ` +
        `current value is ${successes}`,
    );
  }
  const share = successes / trials, z2 = Z * Z;
  const centre = (share + z2 / (2 * trials)) / (1 + z2 / trials);
  const reach = Z * Math.sqrt(share * (1 - share) / trials + z2 / (4 * trials * trials)) /
    (1 + z2 / trials);
  return [
    successes === 0 ? 0 : Math.max(0, centre - reach),
    successes === trials ? 1 : Math.min(1, centre + reach),
  ];
}
