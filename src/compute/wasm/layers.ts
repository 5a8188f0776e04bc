/** Dense and convolutional layers: products with bias and activation fused into the kernel. */

import type * as tf from "@tensorflow/tfjs-core";
import { type KernelTable, rowsOf } from "../ops/_kernel.ts";
import type { Activation } from "../ops/activation.ts";
import { type ConvolutionOptions, explicitPadding, type StrideAndPadding } from "../ops/conv2d.ts";
import { ACTIVATION_NUMBERS } from "./elementwise.ts";
import {
  conv2d,
  conv2dFilterGradient,
  conv2dInputGradient,
  type Epilogue,
  largestProducts,
  matMul,
} from "./products.ts";
import { session } from "./session.ts";

/** Stride and padding as tfjs's attributes. */
function attributes({ stride, pad }: StrideAndPadding) {
  return {
    strides: stride,
    pad: explicitPadding(pad),
    dataFormat: "NHWC",
    dimRoundingMode: "floor",
    dilations: 1,
  } as const;
}

/** Runs a product with the epilogue that its kernel has, then any other activation in place. */
function withEpilogue(
  bias: tf.Tensor | undefined,
  activation: Activation,
  product: (epilogue: Epilogue) => tf.TensorInfo | undefined,
): tf.TensorInfo {
  const fused = activation === "linear" || activation === "relu";
  const number = ACTIVATION_NUMBERS[activation];
  const y = product({ bias, activation: fused ? number : 0 });
  if (!y) throw new RangeError("Cannot run a layer on wasm as its shape must fit a kernel");
  const { rows, channels } = rowsOf(y);
  if (!fused) session().run("biasActivation", y, 0, rows, channels, number);
  return y;
}

/** Kernels of the wasm backend. */
export const WASM_LAYERS: KernelTable = {
  StrayDense: ({ x, kernel, bias }, { activation }) =>
    withEpilogue(bias, activation as Activation, (end) => matMul(x!, kernel!, false, false, end)),
  StrayLargestProducts: ({ queries, rows, offsets }, { count }) => {
    const { values, places } = largestProducts(queries!, rows!, offsets, count as number);
    return [values, places];
  },
  StrayRowDistances: ({ queries, rows, places }) => {
    const s = session(), [count, size] = queries!.shape as [number, number];
    const distances = s.output([count]);
    s.run("rowDistances", queries, rows, places, distances, count, size);
    return distances;
  },
  StrayConv2D: ({ x, kernel, bias }, options) => {
    const { activation, ...geometry } = options as unknown as ConvolutionOptions;
    return withEpilogue(bias, activation, (end) => conv2d(x!, kernel!, attributes(geometry), end));
  },
  StrayConv2DTranspose: ({ x, kernel, bias }, options) => {
    const { activation, outputShape, ...geometry } = options as unknown as ConvolutionOptions & {
      outputShape: number[];
    };
    const attrs = { ...attributes(geometry), inputShape: outputShape };
    return withEpilogue(bias, activation, (end) => conv2dInputGradient(x!, kernel!, attrs, end));
  },
  StrayConv2DKernelGradient: ({ x, dy }, options) => {
    const { shape, ...geometry } = options as unknown as StrideAndPadding & { shape: number[] };
    return conv2dFilterGradient(x!, dy!, { ...attributes(geometry), filterShape: shape })!;
  },
};
