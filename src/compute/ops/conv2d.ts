/** Convolution and transposed convolution, each fused with bias and non-linearity. */

import * as tf from "@tensorflow/tfjs-core";
import type { Padding } from "../names.ts";
import { type KernelTable, runKernel } from "./_kernel.ts";
import { activate, type Activation, throughActivation } from "./activation.ts";

/** Stride and padding. */
export interface StrideAndPadding {
  /** Pixels from one window to the next. */
  readonly stride: number;
  /** Zero padding around the image, pixels. */
  readonly pad: Padding;
}

/** Padding as tfjs's attribute. */
export function explicitPadding(pad: Padding): tf.backend_util.ExplicitPadding | number {
  if (typeof pad === "number") return pad;
  const sides: [number, number] = [pad[0], pad[1]];
  return [[0, 0], sides, sides, [0, 0]];
}

/** Options of both convolutions. */
export interface ConvolutionOptions extends StrideAndPadding {
  /** The non-linearity. */
  readonly activation: Activation;
}

interface TransposeAttributes extends ConvolutionOptions {
  /** `[batch, height, width, channels]` of the output. */
  readonly outputShape: [number, number, number, number];
}

/**
 * activation(x * kernel + bias), where * is cross-correlation, as usual in deep learning.
 *
 * @param x `[batch, height, width, channels]`.
 * @param kernel `[kernelHeight, kernelWidth, channels, filters]`.
 * @param bias `[filters]`, optional.
 * @param options Stride, padding, non-linearity.
 * @returns `[batch, outHeight, outWidth, filters]`.
 */
export function conv2d(
  x: tf.Tensor,
  kernel: tf.Tensor,
  bias: tf.Tensor | undefined,
  options: ConvolutionOptions,
): tf.Tensor {
  return runKernel("StrayConv2D", { x, kernel, bias }, { ...options });
}

/**
 * activation(transposed convolution + bias): the input gradient of {@linkcode conv2d}.
 *
 * @param x `[batch, height, width, channels]`.
 * @param kernel `[kernelHeight, kernelWidth, filters, channels]`.
 * @param bias `[filters]`, optional.
 * @param options Stride, padding, non-linearity.
 * @param outputShape `[outHeight, outWidth, filters]`.
 * @returns `[batch, outHeight, outWidth, filters]`.
 */
export function conv2dTranspose(
  x: tf.Tensor,
  kernel: tf.Tensor,
  bias: tf.Tensor | undefined,
  options: ConvolutionOptions,
  outputShape: readonly number[],
): tf.Tensor {
  const attributes = { ...options, outputShape: [x.shape[0]!, ...outputShape] };
  return runKernel("StrayConv2DTranspose", { x, kernel, bias }, attributes);
}

/** The convolution's gradient with respect to its kernel. */
function kernelGradient(
  x: tf.Tensor,
  dy: tf.Tensor,
  shape: readonly number[],
  { stride, pad }: StrideAndPadding,
): tf.Tensor {
  return runKernel("StrayConv2DKernelGradient", { x, dy }, { stride, pad, shape });
}

function withBias(y: tf.Tensor, bias: tf.Tensor | undefined): tf.Tensor {
  return bias ? tf.add(y, bias) : y;
}

/** Compositions of tfjs operations. */
export const PLAIN_CONVOLUTION: KernelTable = {
  StrayConv2D: ({ x, kernel, bias }, attributes) => {
    const { stride, pad, activation } = attributes as unknown as ConvolutionOptions;
    const y = tf.conv2d(
      x as tf.Tensor4D,
      kernel as tf.Tensor4D,
      stride,
      explicitPadding(pad),
      "NHWC",
      1,
      "floor",
    );
    return activate(withBias(y, bias), activation);
  },
  StrayConv2DTranspose: ({ x, kernel, bias }, attributes) => {
    const { stride, pad, activation, outputShape } = attributes as unknown as TransposeAttributes;
    const y = tf.conv2dTranspose(
      x as tf.Tensor4D,
      kernel as tf.Tensor4D,
      outputShape,
      stride,
      explicitPadding(pad),
      "floor",
    );
    return activate(withBias(y, bias), activation);
  },
  StrayConv2DKernelGradient: ({ x, dy }, attributes) => {
    const { stride, pad, shape } = attributes as unknown as StrideAndPadding & { shape: number[] };
    return tf.engine().runKernel(
      tf.Conv2DBackpropFilter,
      { x: x!, dy: dy! },
      {
        strides: [stride, stride],
        pad: explicitPadding(pad),
        dataFormat: "NHWC",
        dimRoundingMode: "floor",
        filterShape: shape as [number, number, number, number],
      },
    ) as tf.Tensor;
  },
};

/** The convolution's gradient. */
export const CONV2D_GRADIENT: tf.GradConfig = {
  kernelName: "StrayConv2D",
  inputsToSave: ["x", "kernel"],
  outputsToSave: [true],
  gradFunc: (dy, saved, attributes) => {
    const [x, kernel, y] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
    const options = attributes as unknown as ConvolutionOptions;
    const { dz, bias } = throughActivation(dy as tf.Tensor, y, options.activation);
    const linear = { ...options, activation: "linear" } as const;
    return {
      x: () => conv2dTranspose(dz, kernel, undefined, linear, x.shape.slice(1)),
      kernel: () => kernelGradient(x, dz, kernel.shape, options),
      bias,
    };
  },
};

/** The transposed convolution's gradient. */
export const CONV2D_TRANSPOSE_GRADIENT: tf.GradConfig = {
  kernelName: "StrayConv2DTranspose",
  inputsToSave: ["x", "kernel"],
  outputsToSave: [true],
  gradFunc: (dy, saved, attributes) => {
    const [x, kernel, y] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
    const options = attributes as unknown as ConvolutionOptions;
    const { dz, bias } = throughActivation(dy as tf.Tensor, y, options.activation);
    return {
      x: () => conv2d(dz, kernel, undefined, { ...options, activation: "linear" }),
      kernel: () => kernelGradient(dz, x, kernel.shape, options),
      bias,
    };
  },
};
