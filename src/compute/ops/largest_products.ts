/** The largest products of rows with rows: the search for nearest neighbours. */

import * as tf from "@tensorflow/tfjs-core";
import { type KernelTable, runKernel } from "./_kernel.ts";

/** Numbers of a part of the products, for backends that hold products in memory. */
const PART = 1 << 20;

/**
 * For each query the largest products with the rows of a matrix, less an offset per row. It has no
 * gradient.
 *
 * With half the squared lengths of the rows as offsets, the largest are those of the nearest rows:
 * |q - r|^2 = |q|^2 - 2 (q r - |r|^2 / 2).
 *
 * @param queries `[queries, size]`.
 * @param rows `[rows, size]`.
 * @param count Number of products to return for each query, at least 1.
 * @param offsets `[rows]`. @default {0}
 * @returns `[queries, min(count, rows)]`, largest first.
 */
export function largestProducts(
  queries: tf.Tensor2D,
  rows: tf.Tensor2D,
  count: number,
  offsets?: tf.Tensor1D,
): tf.Tensor2D {
  return runKernel("StrayLargestProducts", { queries, rows, offsets }, {
    count: Math.min(count, rows.shape[0]),
  }) as tf.Tensor2D;
}

/** Compositions of tfjs operations. */
export const PLAIN_LARGEST_PRODUCTS: KernelTable = {
  StrayLargestProducts: ({ queries, rows, offsets }, { count }) => {
    const total = rows!.shape[0]!, most = count as number;
    const each = Math.max(most, Math.floor(PART / queries!.shape[0]!));
    let best: tf.Tensor | undefined;
    for (let start = 0; start < total; start += each) {
      const previous = best;
      best = tf.tidy(() => {
        const part = tf.slice(rows!, start, Math.min(each, total - start));
        const products = tf.matMul(queries!, part, false, true);
        const found = offsets
          ? tf.sub(products, tf.slice(offsets, start, part.shape[0]!))
          : products;
        const all = previous ? tf.concat([previous, found], 1) : found;
        return most === 1 ? tf.max(all, 1, true) : tf.topk(all, most, true).values;
      });
      previous?.dispose();
    }
    return best!;
  },
};
