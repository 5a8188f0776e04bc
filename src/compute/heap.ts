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
