/** A dense layer: matrix product, bias and non-linearity as one operation. */

import * as tf from "@tensorflow/tfjs-core";
import { type KernelTable, runKernel } from "./_kernel.ts";
import { activate, type Activation, throughActivation } from "./activation.ts";

/** A function that computes a dense layer. */
export type Dense = typeof dense;

/**
 * activation(x * kernel + bias).
 *
 * @param x `[batch, inputs]`.
 * @param kernel `[inputs, units]`.
 * @param bias `[units]`.
 * @param activation The non-linearity.
 * @returns `[batch, units]`.
 */
export function dense(
  x: tf.Tensor,
  kernel: tf.Tensor,
  bias: tf.Tensor,
  activation: Activation,
): tf.Tensor {
  return runKernel("StrayDense", { x, kernel, bias }, { activation });
}

/** Compositions of tfjs operations. */
export const PLAIN_DENSE: KernelTable = {
  StrayDense: ({ x, kernel, bias }, { activation }) =>
    activate(tf.add(tf.matMul(x!, kernel!), bias!), activation as Activation),
};

/** The gradient. */
export const DENSE_GRADIENT: tf.GradConfig = {
  kernelName: "StrayDense",
  inputsToSave: ["x", "kernel"],
  outputsToSave: [true],
  gradFunc: (dy, saved, attributes) => {
    const [x, kernel, y] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
    const { dz, bias } = throughActivation(
      dy as tf.Tensor,
      y,
      (attributes as unknown as { activation: Activation }).activation,
    );
    return {
      x: () => tf.matMul(dz, kernel, false, true),
      kernel: () => tf.matMul(x, dz, true, false),
      bias,
    };
  },
};
