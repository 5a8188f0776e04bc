/**
 * Replaces kernels of tfjs's wasm backend.
 *
 * tfjs has no gradient for a convolution's filter, multiplies by transposed matrices without SIMD, and
 * copies what it clones.
 */

import * as tf from "@tensorflow/tfjs-core";
import {
  conv2d,
  conv2dFilterGradient,
  conv2dInputGradient,
  type ConvolutionAttributes,
  matMul,
} from "./products.ts";

/** Attributes of the replaced kernels. */
interface Attributes extends ConvolutionAttributes {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/** A kernel; undefined for inputs that it does not support. */
type Replacement = (
  inputs: Readonly<Record<string, tf.TensorInfo>>,
  attrs: Attributes,
) => tf.TensorInfo | undefined;

/** Replaces a kernel; tfjs's own still runs for what the replacement does not support. */
function replace(kernelName: string, replacement: Replacement): void {
  const own = tf.getKernel(kernelName, "wasm");
  if (own) tf.unregisterKernel(kernelName, "wasm");
  tf.registerKernel({
    kernelName,
    backendName: "wasm",
    ...(own?.setupFunc && { setupFunc: own.setupFunc }),
    kernelFunc: (call) => {
      const attrs = (call.attrs ?? {}) as unknown as Attributes;
      const output = replacement(call.inputs as Record<string, tf.TensorInfo>, attrs);
      if (output) return output;
      if (own) return own.kernelFunc(call);
      throw new RangeError(`Cannot run ${kernelName} on wasm with ${JSON.stringify(call.attrs)}`);
    },
  });
}

/** Replaces the kernels. The wasm backend must be current. */
export function registerWasmKernels(): void {
  // tfjs clones whatever a gradient needs; clones share memory here.
  replace(tf.Identity, ({ x }) => {
    tf.backend().incRef(x!.dataId);
    return { dataId: x!.dataId, shape: x!.shape, dtype: x!.dtype };
  });
  replace(tf.Conv2D, ({ x, filter }, attrs) => conv2d(x!, filter!, attrs));
  replace(
    tf.Conv2DBackpropInput,
    ({ dy, filter }, attrs) => conv2dInputGradient(dy!, filter!, attrs),
  );
  replace(tf.Conv2DBackpropFilter, ({ x, dy }, attrs) => conv2dFilterGradient(x!, dy!, attrs));
  replace(
    tf.BatchMatMul,
    ({ a, b }, { transposeA, transposeB }) =>
      matMul(a!, b!, transposeA === true, transposeB === true),
  );
}
