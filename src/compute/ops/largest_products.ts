/** The largest products of rows with rows: the search for nearest neighbours. */

import * as tf from "@tensorflow/tfjs-core";
import { type KernelTable, runKernels } from "./_kernel.ts";

/** Numbers of a part of the products, for backends that hold products in memory. */
const PART = 1 << 20;

/** The largest products of each query, and their rows. */
export interface LargestProducts {
  /** `[queries, count]`, largest first. */
  readonly values: tf.Tensor2D;
  /** Indices of the rows, int32, `[queries, count]`. */
  readonly places: tf.Tensor2D;
}

/**
 * For each query the largest products with the rows of a matrix, less an offset per row. It has no
 * gradient.
 *
 * With half the squared lengths of the rows as offsets, the largest are those of the nearest rows:
 * |q - r|^2 = |q|^2 - 2 (q r - |r|^2 / 2).
 *
 * @param queries `[queries, size]`.
 * @param rows `[rows, size]`.
 * @param count Number of products to return for each query, at least 1; at most all are returned.
 * @param offsets `[rows]`. @default {0}
 * @returns The products.
 */
export function largestProducts(
  queries: tf.Tensor2D,
  rows: tf.Tensor2D,
  count: number,
  offsets?: tf.Tensor1D,
): LargestProducts {
  const [values, places] = runKernels("StrayLargestProducts", { queries, rows, offsets }, {
    count: Math.min(count, rows.shape[0]),
  }) as [tf.Tensor2D, tf.Tensor2D];
  return { values, places };
}

/** Compositions of tfjs operations. */
export const PLAIN_LARGEST_PRODUCTS: KernelTable = {
  StrayLargestProducts: ({ queries, rows, offsets }, { count }) => {
    const total = rows!.shape[0]!, most = count as number;
    const each = Math.max(most, Math.floor(PART / queries!.shape[0]!));
    let best: [tf.Tensor, tf.Tensor] | undefined;
    for (let start = 0; start < total; start += each) {
      const previous = best;
      best = tf.tidy(() => {
        const part = tf.slice(rows!, start, Math.min(each, total - start));
        const products = tf.matMul(queries!, part, false, true);
        const less = offsets && tf.slice(offsets, start, part.shape[0]!);
        const found = tf.topk(
          less ? tf.sub(products, less) : products,
          Math.min(most, part.shape[0]!),
        );
        const places = tf.add(found.indices, tf.scalar(start, "int32"));
        if (!previous) return [found.values, places];
        const both = tf.topk(tf.concat([previous[0], found.values], 1), most);
        const all = tf.concat([previous[1], places], 1);
        return [both.values, tf.gather(all, both.indices as tf.Tensor1D, 1, 1)];
      });
      if (previous) tf.dispose(previous);
    }
    return best!;
  },
};
