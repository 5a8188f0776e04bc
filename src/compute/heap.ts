/** Tensors and arrays: copies, and direct access to memory on the wasm backend. */

import * as tf from "@tensorflow/tfjs-core";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";

/**
 * A tensor's values in place: no copy, and writes change the tensor.
 *
 * Requires the wasm backend. Valid until the next tensor is created, as memory may then move.
 *
 * @param tensor A float32 tensor.
 * @returns A view of its values.
 */
export function heapView(tensor: tf.Tensor): Float32Array {
  return (tf.backend() as BackendWasm).typedArrayFromHeap(tensor) as Float32Array;
}

/**
 * Creates a tensor to be filled through {@linkcode heapView}. Requires the wasm backend.
 *
 * @param shape Its shape.
 * @returns A float32 tensor with unspecified values.
 */
export function heapTensor(shape: readonly number[]): tf.Tensor {
  const { dataId } = (tf.backend() as BackendWasm).makeOutput([...shape], "float32");
  return tf.engine().makeTensorFromDataId(dataId, [...shape], "float32");
}

/**
 * Creates a tensor whose values later changes of the array do not reach.
 *
 * @param values The values; the wasm backend copies them by itself, others keep the array.
 * @param shape The shape.
 */
export function copiedTensor(values: Float32Array, shape: readonly number[]): tf.Tensor {
  return tf.tensor(tf.getBackend() === "wasm" ? values : values.slice(), [...shape]);
}
