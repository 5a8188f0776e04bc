/** Choice among many tests that bounds the false discovery rate. */

/** Relative rounding of p-values in records: 6 significant digits. */
const ROUNDING = 1e-6;

/**
 * The largest p-value that the procedure of Benjamini and Hochberg accepts as a discovery: among all tests
 * with `p <=` this value, false discoveries are on average at most a share of `rate`.
 *
 * Source: Benjamini and Hochberg 1995, J. R. Statist. Soc. B 57, 289. The bound holds for independent tests
 * and under positive dependence (Benjamini and Yekutieli 2001, Ann. Statist. 29, 1165), which p-values have
 * that compare with the same calibration images (Bates, Candès, Lei, Romano and Sesia 2023, Ann. Statist.
 * 51, 149).
 *
 * @param p P-values in (0, 1]; ties are accepted together.
 * @param rate The false discovery rate, in (0, 1).
 * @returns The largest accepted p-value; 0 if none is accepted.
 *
 * @example
 * ```ts
 * import { benjaminiHochberg } from "./benjamini_hochberg.ts";
 *
 * const p = Float64Array.of(0.01, 0.6, 0.03, 0.9);
 * if (benjaminiHochberg(p, 0.1) !== 0.03) throw new Error("unexpected discoveries");
 * if (benjaminiHochberg(p, 0.03) !== 0) throw new Error("unexpected discoveries");
 * ```
 */
export function benjaminiHochberg(p: Float64Array, rate: number): number {
  const sorted = p.slice().sort();
  for (let rank = sorted.length; rank > 0; rank--) {
    const value = sorted[rank - 1]!;
    if (value * (1 - ROUNDING) <= rate * rank / sorted.length) return value;
  }
  return 0;
}
