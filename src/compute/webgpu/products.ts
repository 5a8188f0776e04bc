/**
 * Products that come out the same each time.
 *
 * For a long sum with few results tfjs lets workgroups add to one another's floats as they come
 * (`MatMulSplitKProgram`), so that no two runs round alike: 20 of 20 products of 64 x 8192 by 8192 x 16
 * differed. Here such products go by its program for few results, which adds in order.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";

/** tfjs's flag for the program of a product, -1 for its own choice. */
const PROGRAM_FLAG = "WEBGPU_MATMUL_PROGRAM_TYPE";
/** That flag's value for the program for few results. */
const SMALL_OUTPUT = 2;
/** Length of a sum from which tfjs splits it, and results up to which it has another way. */
const SPLIT_LENGTH = 2000, FEW_RESULTS = 128;
/** Side of a workgroup's tile of results, by which tfjs counts them. */
const TILE = 32;

/** Whether tfjs would split the sum: its own rule, in `BatchMatMul_impl`. */
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
export function registerRepeatableProducts(): void {
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
