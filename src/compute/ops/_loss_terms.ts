/** A pixel's reconstruction loss and its slope, of tfjs operations. See `loss.ts` for the formulas. */

import * as tf from "@tensorflow/tfjs-core";
import type { LossAttributes } from "./loss_attributes.ts";

/** log(1 + exp(-|l|)). */
function softplusBelow(l: tf.Tensor): tf.Tensor {
  return tf.log1p(tf.exp(tf.neg(tf.abs(l))));
}

/** What the focal loss is made of. */
interface FocalParts {
  /** 1 where a pixel is to be bright, -1 elsewhere. */
  readonly sign: tf.Tensor;
  /** -log q, with q the probability of what is to be. */
  readonly cost: tf.Tensor;
  /** (1 - q)^gamma. */
  readonly focus: tf.Tensor;
  /** 1 - q. */
  readonly miss: tf.Tensor;
}

function focalParts(x: tf.Tensor, l: tf.Tensor, numbers: readonly number[]): FocalParts {
  const [gamma, , threshold] = numbers as [number, number, number];
  const sign = tf.sub(tf.mul(tf.cast(tf.greater(x, threshold), "float32"), 2), 1);
  const s = tf.mul(l, sign), below = softplusBelow(l);
  const cost = tf.add(tf.relu(tf.neg(s)), below);
  const focus = tf.exp(tf.mul(tf.add(tf.relu(s), below), -gamma));
  return { sign, cost, focus, miss: tf.sigmoid(tf.neg(s)) };
}

/**
 * The loss of each pixel.
 *
 * @param x Images.
 * @param l Logits, or pixels where the output is linear, of the same shape.
 * @param attributes Which loss.
 * @returns Of the same shape.
 */
export function lossValues(
  x: tf.Tensor,
  l: tf.Tensor,
  { loss, numbers, output }: LossAttributes,
): tf.Tensor {
  if (loss === "bce") {
    return tf.add(tf.sub(tf.relu(l), tf.mul(l, x)), softplusBelow(l));
  }
  if (loss === "focal") {
    const { cost, focus } = focalParts(x, l, numbers);
    return tf.mul(tf.mul(cost, focus), numbers[1]!);
  }
  const p = output === "linear" ? l : tf.sigmoid(l);
  if (loss === "mse") return tf.squaredDifference(x, p);
  const size = tf.abs(tf.sub(p, x));
  if (loss === "l1") return size;
  const inner = tf.minimum(size, numbers[0]!);
  return tf.mul(inner, tf.sub(size, tf.mul(inner, 0.5)));
}

/**
 * The slope of each pixel's loss by `l`.
 *
 * @param x Images.
 * @param l Logits, or pixels where the output is linear, of the same shape.
 * @param attributes Which loss.
 * @returns Of the same shape.
 */
export function lossSlopes(
  x: tf.Tensor,
  l: tf.Tensor,
  { loss, numbers, output }: LossAttributes,
): tf.Tensor {
  if (loss === "focal") {
    const [gamma, alpha] = numbers as [number, number];
    const { sign, cost, focus, miss } = focalParts(x, l, numbers);
    const sum = tf.add(miss, tf.mul(tf.mul(cost, tf.sub(1, miss)), gamma));
    return tf.mul(tf.mul(tf.mul(sum, focus), sign), -alpha);
  }
  const p = output === "linear" ? l : tf.sigmoid(l);
  const error = tf.sub(p, x);
  if (loss === "bce") return error;
  const slope = loss === "mse"
    ? tf.mul(error, 2)
    : loss === "l1"
    ? tf.sign(error)
    : tf.clipByValue(error, -numbers[0]!, numbers[0]!);
  return output === "linear" ? slope : tf.mul(slope, tf.mul(p, tf.sub(1, p)));
}
