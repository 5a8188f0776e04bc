/** How well scores separate positives from negatives. Typed arrays in, a number out. */

import { StrayError } from "../errors.ts";

/** Cumulative counts at each distinct score, from the highest down. */
interface Ranking {
  readonly positives: number;
  readonly negatives: number;
  /** Distinct scores, descending. */
  readonly thresholds: number[];
  /** Positives with a score of at least the threshold. */
  readonly truePositives: number[];
  /** Negatives with a score of at least the threshold. */
  readonly falsePositives: number[];
}

function rank(scores: Float64Array, positive: Uint8Array): Ranking {
  if (scores.length !== positive.length) {
    throw new TypeError(
      `Cannot rank scores as there must be one label a score: current lengths are ${scores.length} and ${positive.length}`,
    );
  }
  const order = Uint32Array.from(scores, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  const thresholds: number[] = [], truePositives: number[] = [], falsePositives: number[] = [];
  let tp = 0, fp = 0;
  order.forEach((index, i) => {
    const score = scores[index]!;
    if (Number.isNaN(score)) {
      throw new StrayError("value", `Cannot rank scores as score ${index} must be a number`);
    }
    if (positive[index]) tp++;
    else fp++;
    const next = order[i + 1];
    if (next !== undefined && scores[next] === score) return;
    thresholds.push(score);
    truePositives.push(tp);
    falsePositives.push(fp);
  });
  if (tp === 0 || fp === 0) {
    throw new StrayError(
      "label",
      `Cannot compare scores as there must be both positives and negatives: current numbers are ${tp} and ${fp}`,
    );
  }
  return { positives: tp, negatives: fp, thresholds, truePositives, falsePositives };
}

/**
 * Area under the ROC curve: the chance that a positive scores higher than a negative, ties counted
 * half.
 *
 * Source: Hanley and McNeil 1982, Radiology 143.
 *
 * @param scores Higher is more positive; finite or infinite, not NaN.
 * @param positive 1 for a positive, 0 for a negative, one a score.
 * @returns A number in [0, 1].
 * @throws {StrayError} `label` If there are no positives or no negatives; `value` for NaN.
 */
export function auroc(scores: Float64Array, positive: Uint8Array): number {
  const { positives, negatives, truePositives, falsePositives } = rank(scores, positive);
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
 * @param scores Higher is more positive.
 * @param positive 1 for a positive, 0 for a negative, one a score.
 * @returns A number in [0, 1].
 * @throws {StrayError} As `auroc`.
 */
export function averagePrecision(scores: Float64Array, positive: Uint8Array): number {
  const { positives, truePositives, falsePositives } = rank(scores, positive);
  let sum = 0, before = 0;
  truePositives.forEach((tp, i) => {
    sum += (tp - before) * tp / (tp + falsePositives[i]!);
    before = tp;
  });
  return sum / positives;
}

/**
 * The least false positive rate at which a share of the positives is found.
 *
 * @param scores Higher is more positive.
 * @param positive 1 for a positive, 0 for a negative, one a score.
 * @param tpr The share wanted, in (0, 1]. @default {0.95}
 * @returns A number in [0, 1].
 * @throws {StrayError} As `auroc`.
 */
export function fprAtTpr(scores: Float64Array, positive: Uint8Array, tpr = 0.95): number {
  const { positives, negatives, truePositives, falsePositives } = rank(scores, positive);
  const i = truePositives.findIndex((tp) => tp >= tpr * positives);
  return falsePositives[i]! / negatives;
}

/**
 * The highest F1, and the score from which on images are called positive to reach it.
 *
 * @param scores Higher is more positive.
 * @param positive 1 for a positive, 0 for a negative, one a score.
 * @returns F1 in (0, 1], and the threshold: positive where `score >= threshold`.
 * @throws {StrayError} As `auroc`.
 */
export function bestF1(
  scores: Float64Array,
  positive: Uint8Array,
): { f1: number; threshold: number } {
  const { positives, thresholds, truePositives, falsePositives } = rank(scores, positive);
  let best = { f1: 0, threshold: Infinity };
  truePositives.forEach((tp, i) => {
    const f1 = 2 * tp / (positives + tp + falsePositives[i]!);
    if (f1 > best.f1) best = { f1, threshold: thresholds[i]! };
  });
  return best;
}
