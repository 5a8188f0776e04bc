/**
 * Dense layers and matrix products, by tfjs's programs, made repeatable.
 *
 * For a long sum with few results tfjs's workgroups add to shared floats in any order
 * (`MatMulSplitKProgram`), so that rounding varies between runs: 20 of 20 products of 64 x 8192 by
 * 8192 x 16 differed. Here such products use its program for few results, which adds in order.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { KernelTable } from "../ops/_kernel.ts";
import { activate, type Activation } from "../ops/activation.ts";

/** Activations that tfjs fuses with a product. */
const FUSED: readonly Activation[] = ["linear", "relu", "sigmoid"];

/** tfjs's flag for the program of a product; -1 lets tfjs choose. */
const PROGRAM_FLAG = "WEBGPU_MATMUL_PROGRAM_TYPE";
/** The flag's value for the program for few results. */
const SMALL_OUTPUT = 2;
/** Length of a sum from which tfjs splits it, and number of results up to which it does not. */
const SPLIT_LENGTH = 2000, FEW_RESULTS = 128;
/** Side of a workgroup's tile of results. */
const TILE = 32;

/** Whether tfjs would split the sum: its rule in `BatchMatMul_impl`. */
function isSplit(inputs: tf.NamedTensorInfoMap, attributes: tf.NamedAttrMap): boolean {
  const a = inputs["a"]!.shape, b = inputs["b"]!.shape;
  const [tall, wide] = a.slice(-2) as [number, number];
  const [rows, length] = attributes["transposeA"] ? [wide, tall] : [tall, wide];
  const columns = attributes["transposeB"] ? b.at(-2)! : b.at(-1)!;
  const batch = Math.max(...[a, b].map((shape) => tf.util.sizeFromShape(shape.slice(0, -2))));
  if (batch !== 1 || length < SPLIT_LENGTH || rows * columns <= FEW_RESULTS) return false;
  const flag = tf.env().getNumber("WEBGPU_THRESHOLD_TO_INCREASE_WORKGROUPS_FOR_MATMUL");
  const threshold = flag > 0 ? flag : (tf.backend() as WebGPUBackend).thresholdToIncreaseWorkgroups;
  const tiles = Math.ceil(rows / TILE) * Math.ceil(columns / TILE);
  return tiles <= threshold || (rows <= 8 && tiles <= 2 * threshold);
}

/** Makes products on WebGPU repeatable, bit for bit. */
export function makeProductsRepeatable(): void {
  for (const kernelName of [tf.BatchMatMul, tf._FusedMatMul]) {
    const { kernelFunc, ...original } = tf.getKernel(kernelName, "webgpu")!;
    tf.unregisterKernel(kernelName, "webgpu");
    tf.registerKernel({
      ...original,
      kernelFunc: (params) => {
        if (!isSplit(params.inputs, params.attrs ?? {})) return kernelFunc(params);
        const before = tf.env().getNumber(PROGRAM_FLAG);
        tf.env().set(PROGRAM_FLAG, SMALL_OUTPUT);
        try {
          return kernelFunc(params);
        } finally {
          tf.env().set(PROGRAM_FLAG, before);
        }
      },
    });
  }
}

/** Kernels of the WebGPU backend. */
export const WEBGPU_PRODUCTS: KernelTable = {
  /** 1 dispatch, or tfjs's number for a long product; 1 more for `selu` and `tanh`. */
  StrayDense: ({ x, kernel, bias }, attributes) => {
    const activation = attributes["activation"] as Activation;
    const fused = FUSED.includes(activation);
    const y = tf.engine().runKernel(
      tf._FusedMatMul,
      { a: x!, b: kernel!, bias: bias! },
      {
        transposeA: false,
        transposeB: false,
        ...(fused && activation !== "linear" ? { activation } : {}),
      },
    ) as tf.Tensor;
    return fused ? y : activate(y, activation);
  },
};
