/** Confidence interval of the AUROC. */

import { normalQuantile } from "../normal_quantile.ts";
import { quantile } from "../quantile.ts";
import type { Random } from "../random.ts";
import { aurocStandardError } from "./auroc_standard_error.ts";
import type { Ranking } from "./rank.ts";
import { auroc } from "./ranking.ts";

/** More images are not resampled. */
const MOST_RESAMPLED = 100_000;

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
 * With more than 100,000 images the interval is DeLong's: `aurocStandardError`, on the scale of the logit
 * (Pepe 2003, "The Statistical Evaluation of Medical Tests", section 5.3.3), where few positives among many
 * negatives are more often covered than by the bootstrap.
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
  if (ranking.positives + ranking.negatives > MOST_RESAMPLED) return logitInterval(ranking, level);
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

function logitInterval(ranking: Ranking, level: number): [low: number, high: number] {
  const area = auroc(ranking);
  if (area === 0 || area === 1) return [area, area];
  const odds = area / (1 - area), error = aurocStandardError(ranking) / (area * (1 - area));
  const reach = Math.exp(normalQuantile((1 + level) / 2) * error);
  return [odds / (odds + reach), odds * reach / (1 + odds * reach)];
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
