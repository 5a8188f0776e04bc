/** The number of calibration images that a false positive rate takes. */

/**
 * The number of calibration images with which a conformal p-value can reach a false positive rate.
 *
 * @param fpr The false positive rate, in (0, 1).
 * @returns The least n with 1 / (n + 1) <= fpr.
 *
 * @example
 * ```ts
 * import { imagesFor } from "./calibration_size.ts";
 *
 * if (imagesFor(0.05) !== 19) throw new Error("unexpected number");
 * ```
 */
export function imagesFor(fpr: number): number {
  // The epsilon keeps 1 / 0.01 from rounding up to 101.
  return Math.max(0, Math.ceil(1 / fpr - 1e-9) - 1);
}
