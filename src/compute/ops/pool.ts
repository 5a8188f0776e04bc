/** Max-pooling and its gradient. */

import * as tf from "@tensorflow/tfjs-core";
import { type KernelTable, runKernel } from "./_kernel.ts";

/** Attributes of the kernels. */
interface PoolAttributes {
  /** Side of the windows and stride, pixels. */
  readonly size: number;
}

/**
 * The largest value of each window of `size` x `size` pixels, channel by channel.
 *
 * Windows do not overlap; trailing rows and columns that do not fill a window are ignored.
 *
 * @param x `[batch, height, width, channels]`.
 * @param size Side of the windows, at least 2 pixels.
 * @returns `[batch, floor(height / size), floor(width / size), channels]`.
 */
export function maxPool(x: tf.Tensor, size: number): tf.Tensor {
  return runKernel("StrayMaxPool", { x }, { size });
}

/** Compositions of tfjs operations. */
export const PLAIN_POOL: KernelTable = {
  StrayMaxPool: ({ x }, attributes) => {
    const { size } = attributes as unknown as PoolAttributes;
    return tf.maxPool(x as tf.Tensor4D, size, size, "valid");
  },
  StrayMaxPoolGradient: ({ dy, x, y }, attributes) => {
    const { size } = attributes as unknown as PoolAttributes;
    return tf.engine().runKernel(
      tf.MaxPoolGrad,
      { dy: dy!, input: x!, output: y! },
      { filterSize: size, strides: size, pad: "valid" },
    ) as tf.Tensor;
  },
};

/** The gradient flows to the largest pixel of each window, the first of equals. */
export const POOL_GRADIENT: tf.GradConfig = {
  kernelName: "StrayMaxPool",
  inputsToSave: ["x"],
  outputsToSave: [true],
  gradFunc: (dy, saved, attributes) => {
    const [x, y] = saved as [tf.Tensor, tf.Tensor];
    return {
      x: () =>
        runKernel(
          "StrayMaxPoolGradient",
          { dy: dy as tf.Tensor, x, y },
          attributes as unknown as Record<string, unknown>,
        ),
    };
  },
};
