/** Scores of different units brought to one. */

import { type Tensor1D, type Tensor4D, tf } from "../compute/mod.ts";
import { quantile } from "../quantile.ts";
import type { LearningData } from "../training/mod.ts";
import { vectorsOf } from "./neighbours/in_parts.ts";

/** Smallest spread: that of fewer scores says nothing. */
const MIN_SPREAD = 1e-6;
/** Number of images as which usual units count. */
const USUAL_IMAGES = 100;

/**
 * Measures scores of normal images.
 *
 * @param images All images.
 * @param indices Indices of the images, which the model has not learnt from.
 * @param count Number of scores per image.
 * @param scores Scores a batch: `[batch]` each.
 * @param usual Usual medians and distances, which count as much as 100 images. @default {those found}
 * @returns The median of each score, and the distance from there to its 90th percentile.
 */
export async function measureUnits(
  images: LearningData["images"],
  indices: Uint32Array,
  count: number,
  scores: (x: Tensor4D) => readonly Tensor1D[],
  usual?: readonly (readonly [median: number, spread: number])[],
): Promise<Float32Array> {
  const rows = await vectorsOf(images, indices, count, (x) => tf.stack([...scores(x)], 1));
  const share = indices.length / (indices.length + USUAL_IMAGES);
  const units = Array.from({ length: count }, (_, column) => {
    const sorted = rows.filter((_, i) => i % count === column).sort();
    const median = quantile(sorted, 0.5), spread = quantile(sorted, 0.9) - median;
    const other = usual?.[column];
    if (!other) return [median, spread > MIN_SPREAD ? spread : 1];
    return [other[0] + share * (median - other[0]), other[1] + share * (spread - other[1])];
  });
  return Float32Array.from(units.flat());
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
