/**
 * Kernels of ours in the place of tfjs's.
 *
 * tfjs's wasm backend has no gradient for a convolution's filter, its products with transposed matrices
 * are scalar, and it copies what it clones.
 */

import * as tf from "@tensorflow/tfjs-core";
import {
  conv2d,
  conv2dFilterGradient,
  conv2dInputGradient,
  type ConvolutionAttributes,
  matMul,
} from "./products.ts";

type Work = (
  inputs: Readonly<Record<string, tf.TensorInfo>>,
  attrs: Readonly<Record<string, unknown>>,
) => tf.TensorInfo | undefined;

/** Puts a kernel in the place of tfjs's, which is called for what ours does not do. */
function replace(kernelName: string, work: Work): void {
  const own = tf.getKernel(kernelName, "wasm");
  if (own) tf.unregisterKernel(kernelName, "wasm");
  tf.registerKernel({
    kernelName,
    backendName: "wasm",
    ...(own?.setupFunc && { setupFunc: own.setupFunc }),
    kernelFunc: (call) => {
      const output = work(call.inputs as Record<string, tf.TensorInfo>, call.attrs ?? {});
      if (output) return output;
      if (own) return own.kernelFunc(call);
      throw new RangeError(`Cannot run ${kernelName} on wasm with ${JSON.stringify(call.attrs)}`);
    },
  });
}

/** Puts the kernels into tfjs. The wasm backend must be the current one. */
export function registerWasmKernels(): void {
  // tfjs copies a tensor to clone it, and clones whatever a gradient needs; its memory can be shared.
  replace(tf.Identity, ({ x }) => {
    tf.backend().incRef(x!.dataId);
    return { dataId: x!.dataId, shape: x!.shape, dtype: x!.dtype };
  });
  replace(
    tf.Conv2D,
    ({ x, filter }, attrs) => conv2d(x!, filter!, attrs as unknown as ConvolutionAttributes),
  );
  replace(
    tf.Conv2DBackpropInput,
    ({ dy, filter }, attrs) =>
      conv2dInputGradient(
        dy!,
        filter!,
        attrs as unknown as ConvolutionAttributes & { inputShape: number[] },
      ),
  );
  replace(
    tf.Conv2DBackpropFilter,
    ({ x, dy }, attrs) =>
      conv2dFilterGradient(
        x!,
        dy!,
        attrs as unknown as ConvolutionAttributes & { filterShape: number[] },
      ),
  );
  replace(
    tf.BatchMatMul,
    ({ a, b }, attrs) => matMul(a!, b!, attrs["transposeA"] === true, attrs["transposeB"] === true),
  );
}
