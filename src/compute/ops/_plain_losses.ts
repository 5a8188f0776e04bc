/** Pixel losses and their gradients, composed of tfjs operations; `losses.ts` has the formulas. */

import * as tf from "@tensorflow/tfjs-core";
import type { KernelTable } from "./_kernel.ts";
import type { LossAttributes } from "./losses.ts";

/** log(1 + exp(-|l|)). */
function softplusTail(l: tf.Tensor): tf.Tensor {
  return tf.log1p(tf.exp(tf.neg(tf.abs(l))));
}

/** Terms of the focal loss; q is the probability of the target class. */
interface FocalTerms {
  /** 1 where a pixel's target is bright, -1 elsewhere. */
  readonly sign: tf.Tensor;
  /** -log q. */
  readonly cost: tf.Tensor;
  /** (1 - q)^gamma. */
  readonly focus: tf.Tensor;
  /** 1 - q. */
  readonly miss: tf.Tensor;
}

function focalTerms(x: tf.Tensor, l: tf.Tensor, numbers: readonly number[]): FocalTerms {
  const [gamma, , threshold] = numbers as [number, number, number];
  const sign = tf.sub(tf.mul(tf.cast(tf.greater(x, threshold), "float32"), 2), 1);
  const s = tf.mul(l, sign), tail = softplusTail(l);
  const cost = tf.add(tf.relu(tf.neg(s)), tail);
  const focus = tf.exp(tf.mul(tf.add(tf.relu(s), tail), -gamma));
  return { sign, cost, focus, miss: tf.sigmoid(tf.neg(s)) };
}

/** The loss of each pixel. */
function lossValues(
  x: tf.Tensor,
  l: tf.Tensor,
  { loss, numbers, output }: LossAttributes,
): tf.Tensor {
  if (loss === "bce") {
    return tf.add(tf.sub(tf.relu(l), tf.mul(l, x)), softplusTail(l));
  }
  if (loss === "focal") {
    const { cost, focus } = focalTerms(x, l, numbers);
    return tf.mul(tf.mul(cost, focus), numbers[1]!);
  }
  const p = output === "linear" ? l : tf.sigmoid(l);
  if (loss === "mse") return tf.squaredDifference(x, p);
  const size = tf.abs(tf.sub(p, x));
  if (loss === "l1") return size;
  const inner = tf.minimum(size, numbers[0]!);
  return tf.mul(inner, tf.sub(size, tf.mul(inner, 0.5)));
}

/** The derivative of each pixel's loss with respect to the decoder's output. */
function lossGradients(
  x: tf.Tensor,
  l: tf.Tensor,
  { loss, numbers, output }: LossAttributes,
): tf.Tensor {
  if (loss === "focal") {
    const [gamma, alpha] = numbers as [number, number];
    const { sign, cost, focus, miss } = focalTerms(x, l, numbers);
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

function flatImages(x: tf.Tensor): tf.Tensor2D {
  return tf.reshape(x, [x.shape[0]!, -1]);
}

/** Compositions of tfjs operations. */
export const PLAIN_LOSSES: KernelTable = {
  StrayPixelLoss: ({ x, logits }, attributes) => {
    const options = attributes as unknown as LossAttributes;
    return tf.sum(lossValues(flatImages(x!), flatImages(logits!), options), 1);
  },
  StrayPixelLossGradient: ({ dy, x, logits }, attributes) => {
    const options = attributes as unknown as LossAttributes;
    const gradients = lossGradients(flatImages(x!), flatImages(logits!), options);
    return tf.reshape(tf.mul(gradients, tf.reshape(dy!, [-1, 1])), logits!.shape);
  },
};
