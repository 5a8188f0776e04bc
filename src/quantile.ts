/** Quantiles of sorted numbers. */

/**
 * A quantile, linear between two numbers.
 *
 * @param ascending Numbers, ascending, at least one.
 * @param share From 0, the least, to 1, the greatest.
 * @returns The number below which that share lies.
 *
 * @example
 * ```ts
 * import { quantile } from "./quantile.ts";
 *
 * if (quantile([1, 2, 4], 0.75) !== 3) throw new Error("unexpected quantile");
 * ```
 */
export function quantile(ascending: ArrayLike<number>, share: number): number {
  const at = share * (ascending.length - 1), below = Math.floor(at);
  const low = ascending[below]!, high = ascending[below + 1] ?? low;
  return low + (at - below) * (high - low);
}
