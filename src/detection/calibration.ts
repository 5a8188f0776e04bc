/** From a score to a p-value: the rank among scores of normal images that did not train. */

/** The largest float32: the score of an image whose error float32 cannot hold. */
export const GREATEST_SCORE = (2 - 2 ** -23) * 2 ** 127;

/**
 * Replaces scores that are not finite by the largest float32: `Infinity` and `NaN` (from
 * `Infinity / Infinity`) have no place in an order, nor in JSON.
 *
 * @param scores Changed in place.
 * @returns The same scores, all finite.
 */
export function boundScores(scores: Float32Array): Float32Array {
  for (let i = 0; i < scores.length; i++) {
    if (!Number.isFinite(scores[i]!)) scores[i] = GREATEST_SCORE;
  }
  return scores;
}

/**
 * Relative difference up to which a score is a tie with a calibration score. One model gives one image scores that
 * differ by rounding, on other backends or in other batches: an image that is itself a calibration image would
 * change its rank.
 */
export const TIE = 1e-5;

/** The score from which on calibration scores are at least as high as a score, ties among them. */
function lowestTie(score: number): number {
  return Number.isFinite(score) ? score - TIE * Math.abs(score) : score;
}

/**
 * The conformal p-value of a score: the share of normal images that score at least as high, including
 * the image itself.
 *
 * Source: Vovk, Gammerman and Shafer 2005, "Algorithmic Learning in a Random World", section 2.2.
 *
 * @param calibration Scores of normal images that the model has not seen, ascending.
 * @param score The score.
 * @returns (1 + number of calibration scores >= score) / (n + 1), in (0, 1]; scores that are less by a relative 1e-5
 * count too, which can only raise it.
 *
 * @example
 * ```ts
 * import { pValue } from "./calibration.ts";
 *
 * if (pValue(Float32Array.of(1, 2, 3), 2) !== 0.75) throw new Error("unexpected p-value");
 * ```
 */
export function pValue(calibration: Float32Array, score: number): number {
  const above = calibration.length - lowerBound(calibration, lowestTie(score));
  return (1 + above) / (calibration.length + 1);
}

/** The index of the first of ascending scores that is at least a score; their number if none is. */
export function lowerBound(sorted: Float32Array, score: number): number {
  let low = 0, high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < score) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The score above which, and only above which, p <= fpr.
 *
 * @param calibration Scores of normal images that the model has not seen, ascending.
 * @param fpr The false positive rate, in (0, 1).
 * @returns The threshold, a float32, or undefined where the calibration scores are fewer than ceil(1 / fpr) - 1.
 */
export function threshold(calibration: Float32Array, fpr: number): number | undefined {
  // The epsilon keeps 0.05 * 20 from rounding down to 0.
  const above = Math.floor(fpr * (calibration.length + 1) + 1e-9) - 1;
  return above < 0 ? undefined : highestTie(calibration[calibration.length - 1 - above]!);
}

/** The highest float32 that is a tie with a calibration score. */
function highestTie(score: number): number {
  const exact = Math.min(score / (1 - TIE * Math.sign(score)), GREATEST_SCORE);
  const value = Float32Array.of(exact), bits = new Int32Array(value.buffer);
  // Rounded up, the bits of the next lower one: the sign is apart from the size.
  if (value[0]! > exact) bits[0]! -= Math.sign(score);
  return value[0]!;
}
