/** All metrics of labelled scores. */

import type { Random } from "../random.ts";
import { aurocInterval } from "./auroc_interval.ts";
import { confusionAt, type ConfusionRates } from "./confusion.ts";
import { rank } from "./rank.ts";
import { auroc, averagePrecision, bestF1, fprAtTpr } from "./ranking.ts";

/** Metrics of the separation of positives and negatives. */
export interface Evaluation {
  /** Number of scores. */
  readonly n: number;
  /** Number of positives. */
  readonly positives: number;
  /** Area under the ROC curve. */
  readonly auroc: number;
  /** Its 95 % confidence interval. */
  readonly aurocInterval: readonly [low: number, high: number];
  /** Average precision. */
  readonly averagePrecision: number;
  /** False positive rate at a true positive rate of 95 %. */
  readonly fprAt95Tpr: number;
  /** The highest F1. */
  readonly bestF1: number;
  /** The threshold for `bestF1`: positive if `score >= threshold`. */
  readonly bestF1Threshold: number;
  /** Rates at the given threshold; undefined without one. */
  readonly atThreshold: ConfusionRates | undefined;
}

/** Options of {@linkcode evaluate}. */
export interface EvaluateOptions {
  /** Source of the bootstrap's resamples. */
  readonly random: Random;
  /** One threshold for all, or one per score. @default {undefined} */
  readonly threshold?: number | Float64Array | undefined;
}

/**
 * Evaluates labelled scores, ranking them once.
 *
 * @param scores Higher is more positive; finite or infinite, not NaN.
 * @param positive 1 for a positive, 0 for a negative, one per score.
 * @param options Randomness, and a threshold.
 * @returns The metrics.
 * @throws {TypeError} If the lengths differ.
 * @throws {StrayError} `label` If there are no positives or no negatives; `value` for NaN.
 *
 * @example
 * ```ts
 * import { Random } from "../random.ts";
 * import { evaluate } from "./evaluate.ts";
 *
 * const scores = Float64Array.of(0.1, 0.4, 0.35, 0.8), positive = Uint8Array.of(0, 0, 1, 1);
 * const evaluation = evaluate(scores, positive, { random: new Random(0), threshold: 0.5 });
 * if (evaluation.auroc !== 0.75) throw new Error("unexpected AUROC");
 * if (evaluation.atThreshold?.tpr !== 0.5) throw new Error("unexpected rate");
 * ```
 */
export function evaluate(
  scores: Float64Array,
  positive: Uint8Array,
  { random, threshold }: EvaluateOptions,
): Evaluation {
  const ranking = rank(scores, positive);
  const best = bestF1(ranking);
  return {
    n: scores.length,
    positives: ranking.positives,
    auroc: auroc(ranking),
    aurocInterval: aurocInterval(ranking, random),
    averagePrecision: averagePrecision(ranking),
    fprAt95Tpr: fprAtTpr(ranking, 0.95),
    bestF1: best.f1,
    bestF1Threshold: best.threshold,
    atThreshold: threshold === undefined ? undefined : confusionAt(scores, positive, threshold),
  };
}
