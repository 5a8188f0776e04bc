/** How far an AUROC may be off, given so many images. */

import type { Random } from "../random.ts";
import { auroc } from "./ranking.ts";
import type { Ranking } from "./rank.ts";

/** Options of {@linkcode aurocInterval}. */
export interface IntervalOptions {
  /** How often the images are drawn anew, at least 1. @default {1000} */
  readonly resamples?: number;
  /** The share of cases in which the interval shall hold the true value, in (0, 1). @default {0.95} */
  readonly level?: number;
}

/**
 * Confidence interval of the AUROC: the percentile bootstrap, stratified (positives are drawn from the
 * positives, negatives from the negatives, with replacement).
 *
 * Source: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13; stratified for
 * ROC curves as in Robin et al. 2011, BMC Bioinformatics 12 (pROC). Percentiles between two resamples
 * are interpolated linearly. Where positives and negatives are apart the interval is [1, 1], however
 * few they are. Cost: `resamples` times the number of scores, no sorting. At most 2^24 images of a
 * kind.
 *
 * @param ranking Scores with labels, ranked.
 * @param random Where the draws come from.
 * @param options How many draws, and the level.
 * @returns The lower and the upper end, in [0, 1].
 * @throws {RangeError} If an option is out of its range.
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
      `Cannot draw resamples as there must be at least 1: current value is ${resamples}`,
    );
  }
  if (!(level > 0 && level < 1)) {
    throw new RangeError(
      `Cannot make an interval as level must be in (0, 1): current value is ${level}`,
    );
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

/** For each image of a kind, the index of its score among the distinct ones. */
function places(cumulative: Uint32Array): Uint32Array {
  const result = new Uint32Array(cumulative.at(-1)!);
  let image = 0;
  for (let i = 0; i < cumulative.length; i++) {
    while (image < cumulative[i]!) result[image++] = i;
  }
  return result;
}

/** Draws as many images as there are, and counts them up. */
function draw(places: Uint32Array, random: Random, cumulative: Uint32Array): void {
  cumulative.fill(0);
  for (let i = 0; i < places.length; i++) cumulative[places[random.integer(places.length)]!]!++;
  for (let i = 1; i < cumulative.length; i++) cumulative[i]! += cumulative[i - 1]!;
}

function quantile(ascending: Float64Array, share: number): number {
  const at = share * (ascending.length - 1), below = Math.floor(at);
  const low = ascending[below]!, high = ascending[below + 1] ?? low;
  return low + (at - below) * (high - low);
}
