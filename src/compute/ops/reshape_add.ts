/** Operations between layers, differentiable by tfjs's tape and ours. */

import * as tf from "@tensorflow/tfjs-core";
import { traced } from "../tape.ts";

/**
 * Reshapes a tensor.
 *
 * @param x Any tensor.
 * @param shape A shape of the same size.
 * @returns The tensor itself if the shape is unchanged.
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
 * @param b A tensor of the same shape.
 * @param factor A constant.
 * @returns A tensor of the same shape.
 */
export function addScaled(a: tf.Tensor, b: tf.Tensor, factor: number): tf.Tensor {
  return traced(
    { a, b },
    () => tf.add(a, factor === 1 ? b : tf.mul(b, factor)),
    (dy) => ({ a: () => tf.clone(dy), b: () => factor === 1 ? tf.clone(dy) : tf.mul(dy, factor) }),
  );
}

/**
 * The element-wise product with a constant.
 *
 * @param x Any tensor.
 * @param factors A number, or a tensor of the same shape that receives no gradient.
 * @returns A tensor of the same shape.
 */
export function scaled(x: tf.Tensor, factors: tf.Tensor | number): tf.Tensor {
  return traced({ x }, () => tf.mul(x, factors), (dy) => ({ x: () => tf.mul(dy, factors) }));
}
