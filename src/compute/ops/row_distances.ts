/** Distances of rows to rows that were chosen for them, such as their nearest. */

import * as tf from "@tensorflow/tfjs-core";
import { type KernelTable, runKernel } from "./_kernel.ts";

/**
 * The Euclidean distance of each row to one row of a matrix. It has no gradient.
 *
 * Differences are summed: products, by which the nearest rows are found, lose the digits of small distances.
 *
 * @param queries `[queries, size]`.
 * @param rows `[rows, size]`.
 * @param places Indices of the rows, int32, `[queries]` or `[queries, 1]`.
 * @returns `[queries]`.
 */
export function rowDistances(
  queries: tf.Tensor2D,
  rows: tf.Tensor2D,
  places: tf.Tensor,
): tf.Tensor1D {
  return runKernel("StrayRowDistances", { queries, rows, places }) as tf.Tensor1D;
}

/** Compositions of tfjs operations. */
export const PLAIN_ROW_DISTANCES: KernelTable = {
  StrayRowDistances: ({ queries, rows, places }) =>
    tf.tidy(() => {
      const chosen = tf.gather(rows!, tf.reshape(places!, [-1]) as tf.Tensor1D);
      return tf.sqrt(tf.sum(tf.square(tf.sub(queries!, chosen)), 1));
    }),
};
