/** Scores of different units brought to one. */

import { type Tensor1D, type Tensor4D, tf } from "../compute/mod.ts";
import { quantile } from "../quantile.ts";
import type { LearningData } from "../training/mod.ts";
import { vectorsOf } from "./neighbours/in_parts.ts";

/** Median of a score over normal images, and the distance from there to its 90th percentile. */
export type ScoreUnit = readonly [median: number, spread: number];

/** The usual units count as much as so many images. */
const USUAL_IMAGES = 100;

/**
 * Measures scores of normal images. Few images say little, and models of folds, which calibrate each other,
 * would differ by their units: so the usual ones have a part.
 *
 * @param images All images.
 * @param indices Indices of the images, which the model has not learnt from.
 * @param usual Units of the scores of an ordinary data set.
 * @param scores Scores a batch: `[batch]` each.
 * @returns The units, one after the other.
 */
export async function measureUnits(
  images: LearningData["images"],
  indices: Uint32Array,
  usual: readonly ScoreUnit[],
  scores: (x: Tensor4D) => readonly Tensor1D[],
): Promise<Float32Array> {
  const count = usual.length, part = indices.length / (indices.length + USUAL_IMAGES);
  const rows = await vectorsOf(images, indices, count, (x) => tf.stack([...scores(x)], 1));
  return Float32Array.from(usual.flatMap(([usualMedian, usualSpread], column) => {
    const sorted = rows.filter((_, i) => i % count === column).sort();
    const median = quantile(sorted, 0.5), spread = quantile(sorted, 0.9) - median;
    return [
      usualMedian + part * (median - usualMedian),
      usualSpread + part * (spread - usualSpread),
    ];
  }));
}

/**
 * The sum of scores, each less its median over its spread.
 *
 * @param scores `[batch]` each.
 * @param units As {@linkcode measureUnits} gives them.
 * @returns `[batch]`.
 */
export function sumInUnits(scores: readonly Tensor1D[], units: Float32Array): Tensor1D {
  const relative = scores.map((score, i) =>
    tf.div<Tensor1D>(tf.sub(score, units[2 * i]!), units[2 * i + 1]!)
  );
  return tf.addN(relative);
}
