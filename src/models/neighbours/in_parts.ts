/** Computations over many images, some at a time. */

import { type Tensor, type Tensor4D, tf } from "../../compute/mod.ts";
import type { LearningData } from "../../training/mod.ts";
import { EventLoopYielder } from "../../yield_to_event_loop.ts";

/** Rows at a time. */
const PART = 256;

/**
 * Computes rows in parts.
 *
 * @param count Number of rows.
 * @param size Numbers per row.
 * @param compute Computes the rows `from` to less than `to`; they are disposed of.
 * @returns The rows, one after the other.
 */
export async function inParts(
  count: number,
  size: number,
  compute: (from: number, to: number) => Tensor | Promise<Tensor>,
): Promise<Float32Array> {
  const rows = new Float32Array(count * size), yielder = new EventLoopYielder();
  for (let from = 0; from < count; from += PART) {
    const part = await compute(from, Math.min(from + PART, count));
    rows.set(await part.data(), from * size);
    part.dispose();
    await yielder.yield();
  }
  return rows;
}

/**
 * Computes a vector for each of some images.
 *
 * @param images All images.
 * @param indices The images.
 * @param size Numbers per vector.
 * @param compute Computes the vectors of a batch.
 * @param prepare Called with each batch before. @default {nothing}
 * @returns The vectors, one after the other.
 */
export function vectorsOf(
  images: LearningData["images"],
  indices: Uint32Array,
  size: number,
  compute: (x: Tensor4D) => Tensor,
  prepare?: (x: Tensor4D) => Promise<void> | undefined,
): Promise<Float32Array> {
  return inParts(indices.length, size, async (from, to) => {
    const values = new Float32Array((to - from) * images.imageSize);
    images.gather(indices.subarray(from, to), values);
    const x = tf.tensor4d(values, [to - from, ...images.shape]);
    try {
      await prepare?.(x);
      return tf.tidy(() => compute(x));
    } finally {
      x.dispose();
    }
  });
}
