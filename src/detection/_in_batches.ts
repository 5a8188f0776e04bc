/** Values per image, computed batch by batch. */

import { type Tensor, type Tensor1D, tf } from "../compute/mod.ts";
import { type ImageShape, sizeOf } from "../shape.ts";
import { type Model, modelTypeOf } from "../models/mod.ts";
import { SINGLE_PROCESS } from "../training/mod.ts";
import { EventLoopYielder } from "../yield_to_event_loop.ts";

/** Maximum number of samples (width * height * channels) per batch: bounds the memory of intermediate results. */
const BATCH_SAMPLES = 1 << 18;
const LARGEST_BATCH = 256;

/**
 * The number of images that are best computed at a time.
 *
 * @param shape Shape of one image.
 * @param most Greatest number. @default {256}
 */
export function batchFor(shape: readonly number[], most = LARGEST_BATCH): number {
  return Math.max(1, Math.min(most, Math.floor(BATCH_SAMPLES / sizeOf(shape))));
}

/** Images that are read a batch at a time. */
export interface ImageRows {
  /** Number of images. */
  readonly count: number;
  /** Shape of one image. */
  readonly shape: ImageShape;
  /** Index of each image among those of the training, if they are some of them. @default {none} */
  readonly remembered?: Uint32Array | undefined;
  /** A copy of the images `from` to less than `to`, one after the other. */
  read(from: number, to: number): Float32Array;
}

/**
 * Computes values per image by a model. In a process group members take whole batches in turns, so that batches
 * are the same however many members there are; images of other members have the value 0.
 *
 * @param model The model.
 * @param rows The images.
 * @param compute From images `[batch, height, width, channels]`, and the index of the first of them, to
 * `[batch]` per value.
 * @param member The member. @default {one process}
 * @returns An array of `count` numbers per value; none if there are no images.
 */
export async function computeInBatches(
  model: Model,
  { count, shape, remembered, read }: ImageRows,
  compute: (x: Tensor, from: number) => readonly Tensor1D[],
  { rank, size }: { readonly rank: number; readonly size: number } = SINGLE_PROCESS,
): Promise<Float32Array[]> {
  const found: Float32Array[] = [];
  const most = batchFor(shape, modelTypeOf(model.spec).maxBatch), yielder = new EventLoopYielder();
  for (let from = rank * most; from < count; from += size * most) {
    const to = Math.min(count, from + most);
    const x = tf.tensor4d(read(from, to), [to - from, ...shape]);
    try {
      await model.prepare?.(x, remembered?.subarray(from, to));
      const values = tf.tidy(() => [...compute(x, from)]);
      const arrays = await Promise.all(values.map((value) => value.data()));
      arrays.forEach((array, i) => (found[i] ??= new Float32Array(count)).set(array, from));
      tf.dispose(values);
    } finally {
      x.dispose();
    }
    await yielder.yield();
  }
  return found;
}

/** Images that lie one after the other, as rows. */
export function rowsOf(values: Float32Array, shape: ImageShape): ImageRows {
  const size = sizeOf(shape);
  const read = (from: number, to: number) => values.slice(from * size, to * size);
  return { count: values.length / size, shape, read };
}
