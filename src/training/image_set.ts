/** The preprocessed images of a training run, in memory. */

import { sizeOf } from "../models/mod.ts";

/** Images a chunk: one buffer would have to be copied whenever it grows. */
const CHUNK = 1024;

/**
 * A growing set of preprocessed images, float32 in [0, 1].
 *
 * Takes 4 bytes a sample: 10,000 images of 64 x 64 x 3 are 490 MB.
 */
export class ImageSet {
  /** `[height, width, channels]` of every image. */
  readonly shape: readonly [number, number, number];
  readonly #size: number;
  readonly #chunks: Float32Array[] = [];
  #count = 0;

  /** @param shape `[height, width, channels]` of every image. */
  constructor(shape: readonly [number, number, number]) {
    this.shape = shape;
    this.#size = sizeOf(shape);
  }

  /** The number of images. */
  get count(): number {
    return this.#count;
  }

  /**
   * Adds one image.
   *
   * @param write Writes the image's samples into a buffer from an offset on.
   */
  add(write: (out: Float32Array, offset: number) => void): void {
    const within = this.#count % CHUNK;
    if (within === 0) this.#chunks.push(new Float32Array(CHUNK * this.#size));
    write(this.#chunks.at(-1)!, within * this.#size);
    this.#count++;
  }

  /**
   * Copies images into a batch.
   *
   * @param indices Which, in order.
   * @param out Room for `indices.length` images.
   */
  gather(indices: Uint32Array, out: Float32Array): void {
    indices.forEach((index, i) => {
      const chunk = this.#chunks[Math.floor(index / CHUNK)]!;
      const from = (index % CHUNK) * this.#size;
      out.set(chunk.subarray(from, from + this.#size), i * this.#size);
    });
  }
}
