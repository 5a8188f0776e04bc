/** Dense and convolutional layers, by tfjs's own products with bias and non-linearity fused. */

import * as tf from "@tensorflow/tfjs-core";
import type { Kernel, KernelTable } from "../ops/_kernel.ts";
import { activate, type Activation } from "../ops/activation.ts";
import { type ConvolutionOptions, explicitPadding } from "../ops/conv2d.ts";

/** What tfjs's products end with by themselves. */
const FUSED: readonly Activation[] = ["linear", "relu", "sigmoid"];

/** Runs a product of tfjs with the end that it can do itself, and the rest after it. */
function product(
  kernel: typeof tf._FusedMatMul | typeof tf.FusedConv2D,
  inputs: Readonly<Record<string, tf.Tensor | undefined>>,
  attributes: tf.NamedAttrMap,
  activation: Activation,
): ReturnType<Kernel> {
  const own = FUSED.includes(activation);
  const given = Object.entries(inputs).filter(([, tensor]) => tensor !== undefined);
  const fused = own && activation !== "linear" ? { activation } : {};
  const y = tf.engine().runKernel(
    kernel,
    Object.fromEntries(given) as unknown as tf.NamedTensorMap,
    { ...attributes, ...fused },
  ) as tf.Tensor;
  return own ? y : activate(y, activation);
}

/** Kernels of the WebGPU backend. */
export const WEBGPU_LAYERS: KernelTable = {
  /** 1 dispatch, or what tfjs takes for a long product; 1 more for `selu` and `tanh`. */
  StrayDense: ({ x, kernel, bias }, { activation }) =>
    product(
      tf._FusedMatMul,
      { a: x, b: kernel, bias },
      { transposeA: false, transposeB: false },
      activation as Activation,
    ),
  /** 1 dispatch, or 2 for small images (tfjs then lays out windows first); 1 more as above. */
  StrayConv2D: ({ x, kernel, bias }, attributes) => {
    const { stride, pad, activation } = attributes as unknown as ConvolutionOptions;
    return product(
      tf.FusedConv2D,
      { x, filter: kernel, bias },
      {
        strides: [stride, stride],
        pad: explicitPadding(pad),
        dataFormat: "NHWC",
        dilations: [1, 1],
        dimRoundingMode: "floor",
      },
      activation,
    );
  },
};
