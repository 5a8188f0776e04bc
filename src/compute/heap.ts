/** A tensor's own memory, where a backend lets one see it. */

import * as tf from "@tensorflow/tfjs-core";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";

/**
 * The values of a tensor in place: no copy, and writes are seen by the tensor.
 *
 * Only on the wasm backend. Good until the next tensor is made, since its memory may then move.
 *
 * @param tensor Of float32.
 * @returns A view of its values.
 */
export function heapView(tensor: tf.Tensor): Float32Array {
  return (tf.backend() as BackendWasm).typedArrayFromHeap(tensor) as Float32Array;
}

/**
 * Makes a tensor whose values are to be written by way of {@linkcode heapView}. Only on the wasm backend.
 *
 * @param shape Its shape.
 * @returns A tensor of float32; its values are whatever was there.
 */
export function heapTensor(shape: readonly number[]): tf.Tensor {
  const { dataId } = (tf.backend() as BackendWasm).makeOutput([...shape], "float32");
  return tf.engine().makeTensorFromDataId(dataId, [...shape], "float32");
}
