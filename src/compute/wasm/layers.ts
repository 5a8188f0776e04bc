/** Dense and convolutional layers, by products that end with bias and non-linearity. */

import type * as tf from "@tensorflow/tfjs-core";
import type { KernelTable } from "../ops/_kernel.ts";
import type { Activation } from "../ops/activation.ts";
import { type ConvolutionOptions, explicitPadding, type Sliding } from "../ops/conv2d.ts";
import {
  conv2d,
  conv2dFilterGradient,
  conv2dInputGradient,
  type Epilogue,
  matMul,
} from "./products.ts";
import { session } from "./session.ts";
import { ACTIVATION_NUMBERS, rowsOf } from "./elementwise.ts";

/** tfjs's words for how a kernel is moved. */
function attributes({ stride, pad }: Sliding) {
  return {
    strides: stride,
    pad: explicitPadding(pad),
    dataFormat: "NHWC",
    dimRoundingMode: "floor",
    dilations: 1,
  } as const;
}

/** Runs a product with the end that it can do itself, and does the rest of it in place. */
function finish(
  bias: tf.Tensor | undefined,
  activation: Activation,
  product: (end: Epilogue) => tf.TensorInfo | undefined,
): tf.TensorInfo {
  const own = activation === "linear" || activation === "relu";
  const y = product({ bias, activation: own ? ACTIVATION_NUMBERS[activation] : 0 });
  if (!y) throw new RangeError("Cannot run a layer on wasm as its shape must fit a kernel");
  if (own) return y;
  const s = session();
  const { rows, channels } = rowsOf(y);
  s.kernels.biasActivation(s.address(y), 0, rows, channels, ACTIVATION_NUMBERS[activation]);
  return y;
}

/** Kernels of the wasm backend. */
export const WASM_LAYERS: KernelTable = {
  StrayDense: ({ x, kernel, bias }, { activation }) =>
    finish(bias, activation as Activation, (end) => matMul(x!, kernel!, false, false, end)),
  StrayConv2D: ({ x, kernel, bias }, options) => {
    const { activation, ...sliding } = options as unknown as ConvolutionOptions;
    return finish(bias, activation, (end) => conv2d(x!, kernel!, attributes(sliding), end));
  },
  StrayConv2DTranspose: ({ x, kernel, bias }, options) => {
    const { activation, outputShape, ...sliding } = options as unknown as ConvolutionOptions & {
      outputShape: number[];
    };
    const attrs = { ...attributes(sliding), inputShape: outputShape };
    return finish(bias, activation, (end) => conv2dInputGradient(x!, kernel!, attrs, end));
  },
  StrayConv2DKernelGradient: ({ x, dy }, options) => {
    const { shape, ...sliding } = options as unknown as Sliding & { shape: number[] };
    const attrs = { ...attributes(sliding), filterShape: shape };
    const gradient = conv2dFilterGradient(x!, dy!, attrs);
    if (!gradient) throw new RangeError("Cannot differentiate a layer on wasm");
    return gradient;
  },
};
