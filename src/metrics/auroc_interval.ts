/** Confidence interval of the AUROC. */

import { quantile } from "../quantile.ts";
import type { Random } from "../random.ts";
import { auroc } from "./ranking.ts";
import type { Ranking } from "./rank.ts";

/** Groups of more images are resampled by the central limit theorem. */
const LARGE = 20_000;

/** Options of {@linkcode aurocInterval}. */
export interface IntervalOptions {
  /** Number of bootstrap resamples, at least 1. @default {1000} */
  readonly resamples?: number;
  /** Confidence level, in (0, 1). @default {0.95} */
  readonly level?: number;
}

/**
 * Confidence interval of the AUROC by the percentile bootstrap, stratified: positives and negatives are
 * resampled separately, with replacement.
 *
 * Source: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13; stratified for
 * ROC curves as in Robin et al. 2011, BMC Bioinformatics 12 (pROC). Percentiles are interpolated linearly
 * between resamples. If positives and negatives are separated, the interval is [1, 1] even for few
 * images. Cost: `resamples` times the number of scores, no sorting.
 *
 * With more than 20,000 positives or negatives the AUROC is linearised in both samples, as DeLong et al.
 * 1988, Biometrics 44, do: the mean of a resampled large group is drawn from its normal distribution, that
 * of a small one from its images.
 *
 * @param ranking Scores with labels, ranked.
 * @param random Source of the resamples.
 * @param options Number of resamples, and confidence level.
 * @returns The lower and upper bound, in [0, 1].
 * @throws {RangeError} If an option is out of range.
 *
 * @example
 * ```ts
 * import { Random } from "../random.ts";
 * import { aurocInterval } from "./auroc_interval.ts";
 * import { rank } from "./rank.ts";
 *
 * const ranking = rank(Float64Array.of(1, 4, 2, 3, 5), Uint8Array.of(0, 0, 1, 1, 1));
 * const [low, high] = aurocInterval(ranking, new Random(0));
 * if (!(low < 0.5 && high === 1)) throw new Error("unexpected interval");
 * ```
 */
export function aurocInterval(
  ranking: Ranking,
  random: Random,
  { resamples = 1000, level = 0.95 }: IntervalOptions = {},
): [low: number, high: number] {
  if (!(Number.isInteger(resamples) && resamples >= 1)) {
    throw new RangeError(
      `Cannot draw resamples as their number must be at least 1: current value is ${resamples}`,
    );
  }
  if (!(level > 0 && level < 1)) {
    throw new RangeError(
      `Cannot compute an interval as level must be in (0, 1): current value is ${level}`,
    );
  }
  if (Math.max(ranking.positives, ranking.negatives) > LARGE) {
    const areas = linearisedAreas(ranking, random, resamples);
    return [quantile(areas, (1 - level) / 2), quantile(areas, (1 + level) / 2)];
  }
  const positives = places(ranking.truePositives), negatives = places(ranking.falsePositives);
  const truePositives = new Uint32Array(ranking.truePositives.length);
  const falsePositives = new Uint32Array(ranking.falsePositives.length);
  const areas = new Float64Array(resamples);
  for (let i = 0; i < resamples; i++) {
    draw(positives, random, truePositives);
    draw(negatives, random, falsePositives);
    areas[i] = auroc({ ...ranking, truePositives, falsePositives });
  }
  areas.sort();
  return [quantile(areas, (1 - level) / 2), quantile(areas, (1 + level) / 2)];
}

/** AUROCs of resamples, ascending, to first order in the weights of the images. */
function linearisedAreas(ranking: Ranking, random: Random, resamples: number): Float64Array {
  const { positives, negatives, truePositives, falsePositives } = ranking;
  const area = auroc(ranking);
  // The share of the other group that each image is on the right side of, ties half.
  const below = (counts: Uint32Array, i: number) => (counts[i]! + (counts[i - 1] ?? 0)) / 2;
  const ofPositive = placements(truePositives, (i) => 1 - below(falsePositives, i) / negatives);
  const ofNegative = placements(falsePositives, (i) => below(truePositives, i) / positives);
  const draws = [ofPositive, ofNegative].map((values) => meanDraw(values, area, random));
  const areas = Float64Array.from({ length: resamples }, () => {
    const changed = draws.reduce((sum, draw) => sum + draw() - area, area);
    return Math.min(1, Math.max(0, changed));
  });
  return areas.sort();
}

/** A value per image of a group, by the place of its score. */
function placements(cumulative: Uint32Array, valueAt: (place: number) => number): Float64Array {
  const values = new Float64Array(cumulative.at(-1)!);
  let image = 0;
  for (let i = 0; i < cumulative.length; i++) {
    const value = valueAt(i);
    while (image < cumulative[i]!) values[image++] = value;
  }
  return values;
}

/** Draws the mean of a resample of values, whose own mean is given. */
function meanDraw(values: Float64Array, mean: number, random: Random): () => number {
  const { length } = values;
  if (length > LARGE) {
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / length;
    const deviation = Math.sqrt(variance / length);
    return () => mean + deviation * random.normal();
  }
  return () => {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += values[random.integer(length)]!;
    return sum / length;
  };
}

/** The index of each image's score among the distinct scores. */
function places(cumulative: Uint32Array): Uint32Array {
  const result = new Uint32Array(cumulative.at(-1)!);
  let image = 0;
  for (let i = 0; i < cumulative.length; i++) {
    while (image < cumulative[i]!) result[image++] = i;
  }
  return result;
}

/** Draws one resample, and computes its cumulative counts. */
function draw(places: Uint32Array, random: Random, cumulative: Uint32Array): void {
  cumulative.fill(0);
  for (let i = 0; i < places.length; i++) cumulative[places[random.integer(places.length)]!]!++;
  for (let i = 1; i < cumulative.length; i++) cumulative[i]! += cumulative[i - 1]!;
}
