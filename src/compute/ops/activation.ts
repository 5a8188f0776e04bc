/** The non-linearities, and their gradients from the output. */

import * as tf from "@tensorflow/tfjs-core";
import type { Activation } from "../names.ts";
import { traced } from "../tape.ts";
import { type KernelTable, runKernel, runKernels } from "./_kernel.ts";

export type { Activation } from "../names.ts";

/** Klambauer et al. 2017 (arXiv 1706.02515), equation 2. */
export const SELU_ALPHA = 1.6732632423543772;
/** Klambauer et al. 2017 (arXiv 1706.02515), equation 2. */
export const SELU_SCALE = 1.0507009873554805;

/**
 * Applies a non-linearity.
 *
 * @param x Any tensor.
 * @param activation The non-linearity.
 * @returns A tensor of the same shape.
 */
export function activate(x: tf.Tensor, activation: Activation): tf.Tensor {
  if (activation === "linear") return x;
  return traced(
    { x },
    () => activated(x, activation),
    (dy, y) => ({ x: () => throughActivation(dy, y, activation).dz }),
  );
}

function activated(x: tf.Tensor, activation: Exclude<Activation, "linear">): tf.Tensor {
  switch (activation) {
    case "relu":
      return tf.relu(x);
    case "selu":
      return tf.selu(x);
    case "sigmoid":
      return tf.sigmoid(x);
    case "tanh":
      return tf.tanh(x);
  }
}

/** The derivative of a non-linearity from its output `y`. */
function derivative(y: tf.Tensor, activation: Activation): tf.Tensor {
  switch (activation) {
    case "linear":
      return tf.onesLike(y);
    case "relu":
      return tf.step(y);
    case "selu":
      return tf.where(
        tf.greater(y, 0),
        tf.fill(y.shape, SELU_SCALE),
        tf.add(y, SELU_SCALE * SELU_ALPHA),
      );
    case "sigmoid":
      return tf.mul(y, tf.sub(1, y));
    case "tanh":
      return tf.sub(1, tf.square(y));
  }
}

/** Sums over all but the last axis. */
function columnSums(x: tf.Tensor): tf.Tensor {
  return tf.sum(tf.reshape(x, [-1, x.shape.at(-1)!]), 0);
}

/** Gradients with respect to the input of a non-linearity. */
interface ActivationGradients {
  /** With respect to `z`. */
  readonly dz: tf.Tensor;
  /** With respect to the bias: `dz` summed over all but the last axis. */
  readonly bias: () => tf.Tensor;
}

/**
 * Back-propagates through `activation(z + bias)`.
 *
 * @param dy Gradient with respect to the output.
 * @param y The output, `[…, channels]`.
 * @param activation The non-linearity.
 * @returns Gradients with respect to `z` and the bias `[channels]`.
 */
export function throughActivation(
  dy: tf.Tensor,
  y: tf.Tensor,
  activation: Activation,
): ActivationGradients {
  if (activation === "linear") {
    return { dz: dy, bias: () => runKernel("StrayColumnSums", { x: dy }) };
  }
  const [dz, bias] = runKernels("StrayActivationGradient", { dy, y }, { activation });
  return { dz: dz!, bias: () => tf.clone(bias!) };
}

/** Compositions of tfjs operations. */
export const PLAIN_ACTIVATION: KernelTable = {
  StrayActivationGradient: ({ dy, y }, { activation }) => {
    const dz = tf.mul(dy!, derivative(y!, activation as Activation));
    return [dz, columnSums(dz)];
  },
  StrayColumnSums: ({ x }) => columnSums(x!),
};
