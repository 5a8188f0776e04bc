/** Metrics of rankings: how well scores separate positives from negatives. */

import type { Ranking } from "./rank.ts";

/**
 * Area under the ROC curve: the probability that a positive scores higher than a negative, ties counted
 * half.
 *
 * Source: Hanley and McNeil 1982, Radiology 143.
 *
 * @param ranking Scores with labels, ranked.
 * @returns A number in [0, 1].
 *
 * @example
 * ```ts
 * import { rank } from "./rank.ts";
 * import { auroc } from "./ranking.ts";
 *
 * const area = auroc(rank(Float64Array.of(0.1, 0.4, 0.35, 0.8), Uint8Array.of(0, 0, 1, 1)));
 * if (area !== 0.75) throw new Error("unexpected area");
 * ```
 */
export function auroc(ranking: Ranking): number {
  const { positives, negatives, truePositives, falsePositives } = ranking;
  let area = 0, tp = 0, fp = 0;
  for (let i = 0; i < truePositives.length; i++) {
    area += (falsePositives[i]! - fp) * (truePositives[i]! + tp) / 2;
    tp = truePositives[i]!;
    fp = falsePositives[i]!;
  }
  return area / (positives * negatives);
}

/**
 * Average precision: the mean of the precision at each threshold, weighted by the gain in recall.
 *
 * Not interpolated; equals scikit-learn's `average_precision_score`.
 *
 * @param ranking Scores with labels, ranked.
 * @returns A number in (0, 1].
 *
 * @example
 * ```ts
 * import { rank } from "./rank.ts";
 * import { averagePrecision } from "./ranking.ts";
 *
 * const ranking = rank(Float64Array.of(1, 2, 3), Uint8Array.of(1, 0, 1));
 * if (averagePrecision(ranking) !== (1 + 2 / 3) / 2) throw new Error("unexpected precision");
 * ```
 */
export function averagePrecision(ranking: Ranking): number {
  const { positives, truePositives, falsePositives } = ranking;
  let sum = 0, before = 0;
  for (let i = 0; i < truePositives.length; i++) {
    const tp = truePositives[i]!;
    sum += (tp - before) * tp / (tp + falsePositives[i]!);
    before = tp;
  }
  return sum / positives;
}

/**
 * The minimum false positive rate at a true positive rate.
 *
 * @param ranking Scores with labels, ranked.
 * @param tpr The true positive rate, in (0, 1]. @default {0.95}
 * @returns A number in [0, 1].
 * @throws {RangeError} If `tpr` is out of range.
 *
 * @example
 * ```ts
 * import { rank } from "./rank.ts";
 * import { fprAtTpr } from "./ranking.ts";
 *
 * const ranking = rank(Float64Array.of(1, 2, 3, 4), Uint8Array.of(0, 1, 0, 1));
 * if (fprAtTpr(ranking, 0.5) !== 0) throw new Error("unexpected rate");
 * if (fprAtTpr(ranking) !== 0.5) throw new Error("unexpected rate");
 * ```
 */
export function fprAtTpr(ranking: Ranking, tpr = 0.95): number {
  if (!(tpr > 0 && tpr <= 1)) {
    throw new RangeError(
      `Cannot compute a false positive rate as tpr must be in (0, 1]: current value is ${tpr}`,
    );
  }
  const { positives, negatives, truePositives, falsePositives } = ranking;
  // Reduced slightly, so that rounding of 0.95 * 20 does not exceed 19.
  const enough = tpr * positives * (1 - 1e-12);
  return falsePositives[truePositives.findIndex((tp) => tp >= enough)]! / negatives;
}

/**
 * The highest F1, and its threshold.
 *
 * @param ranking Scores with labels, ranked.
 * @returns F1 in (0, 1], and the threshold: positive if `score >= threshold`; the highest of several.
 *
 * @example
 * ```ts
 * import { rank } from "./rank.ts";
 * import { bestF1 } from "./ranking.ts";
 *
 * const best = bestF1(rank(Float64Array.of(1, 2, 3), Uint8Array.of(0, 1, 1)));
 * if (best.f1 !== 1 || best.threshold !== 2) throw new Error("unexpected F1");
 * ```
 */
export function bestF1(ranking: Ranking): { f1: number; threshold: number } {
  const { positives, thresholds, truePositives, falsePositives } = ranking;
  let best = { f1: 0, threshold: Infinity };
  for (let i = 0; i < thresholds.length; i++) {
    const tp = truePositives[i]!;
    const f1 = 2 * tp / (positives + tp + falsePositives[i]!);
    if (f1 > best.f1) best = { f1, threshold: thresholds[i]! };
  }
  return best;
}
