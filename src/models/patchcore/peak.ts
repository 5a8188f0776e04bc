/** The score `peak`: the mean of the highest distances. */

import { type Tensor1D, tf } from "../../compute/mod.ts";

/** Share of the patches whose distances `peak` averages. */
const PEAK_SHARE = 0.01;

/** The number of patches of an image whose distances `peak` averages, the highest. */
export function peakCount(patches: number): number {
  return Math.max(1, Math.round(patches * PEAK_SHARE));
}

/** The score of the distances of an image's patches, a scalar. */
export function peakOf(distances: Tensor1D): Tensor1D {
  return tf.mean(tf.topk(distances, peakCount(distances.shape[0])).values);
}
