/** Dense layers, by tfjs's own product with bias and non-linearity fused. */

import * as tf from "@tensorflow/tfjs-core";
import type { KernelTable } from "../ops/_kernel.ts";
import { activate, type Activation } from "../ops/activation.ts";

/** What tfjs's products end with by themselves. */
const FUSED: readonly Activation[] = ["linear", "relu", "sigmoid"];

/** Kernels of the WebGPU backend. */
export const WEBGPU_LAYERS: KernelTable = {
  /** 1 dispatch, or what tfjs takes for a long product; 1 more for `selu` and `tanh`. */
  StrayDense: ({ x, kernel, bias }, attributes) => {
    const activation = attributes["activation"] as Activation;
    const own = FUSED.includes(activation);
    const y = tf.engine().runKernel(
      tf._FusedMatMul,
      { a: x!, b: kernel!, bias: bias! },
      {
        transposeA: false,
        transposeB: false,
        ...(own && activation !== "linear" ? { activation } : {}),
      },
    ) as tf.Tensor;
    return own ? y : activate(y, activation);
  },
};
