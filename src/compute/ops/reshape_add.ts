/** The few operations between layers, with gradients that both tapes know: tfjs's and ours. */

import * as tf from "@tensorflow/tfjs-core";
import { traced } from "../tape.ts";

/**
 * Another shape of the same size.
 *
 * @param x Any tensor.
 * @param shape The shape.
 * @returns The tensor itself if that is its shape.
 */
export function reshape(x: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const same = x.rank === shape.length && x.shape.every((n, i) => n === shape[i]);
  if (same) return x;
  return traced(
    { x },
    () => tf.reshape(x, [...shape]),
    (dy) => ({ x: () => tf.reshape(dy, x.shape) }),
  );
}

/**
 * a + factor * b.
 *
 * @param a Any tensor.
 * @param b Of the same shape.
 * @param factor A number.
 * @returns Of the same shape.
 */
export function addScaled(a: tf.Tensor, b: tf.Tensor, factor: number): tf.Tensor {
  return traced(
    { a, b },
    () => tf.add(a, factor === 1 ? b : tf.mul(b, factor)),
    (dy) => ({ a: () => tf.clone(dy), b: () => factor === 1 ? tf.clone(dy) : tf.mul(dy, factor) }),
  );
}

/**
 * The product with a constant, value by value.
 *
 * @param x Any tensor.
 * @param factors Numbers, or a tensor of the same shape through which no gradient flows.
 * @returns Of the same shape.
 */
export function scaled(x: tf.Tensor, factors: tf.Tensor | number): tf.Tensor {
  return traced({ x }, () => tf.mul(x, factors), (dy) => ({ x: () => tf.mul(dy, factors) }));
}
