/** Quantiles of the standard normal distribution. */

/** Coefficients of the rational functions, for the middle and for the tails. */
const A = [
  ...[-3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2],
  ...[1.38357751867269e2, -3.066479806614716e1, 2.506628277459239],
];
const B = [
  ...[-5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2],
  ...[6.680131188771972e1, -1.328068155288572e1, 1],
];
const C = [
  ...[-7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838],
  ...[-2.549732539343734, 4.374664141464968, 2.938163982698783],
];
const D = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1];
const TAIL = 0.02425;

/**
 * The number below which a share of the standard normal distribution lies.
 *
 * Source: Acklam 2003, "An algorithm for computing the inverse normal cumulative distribution function";
 * the relative error is less than 1.2e-9.
 *
 * @param share In (0, 1).
 * @returns The quantile.
 *
 * @example
 * ```ts
 * import { normalQuantile } from "./normal_quantile.ts";
 *
 * if (normalQuantile(0.975).toFixed(6) !== "1.959964") throw new Error("unexpected quantile");
 * ```
 */
export function normalQuantile(share: number): number {
  if (share > 0.5) return -normalQuantile(1 - share);
  if (share < TAIL) {
    const q = Math.sqrt(-2 * Math.log(share));
    return polynomial(C, q) / polynomial(D, q);
  }
  const q = share - 0.5;
  return q * polynomial(A, q * q) / polynomial(B, q * q);
}

/** Coefficients from the highest power down. */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}
