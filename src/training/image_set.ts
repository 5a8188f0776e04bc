/** The preprocessed images of a training run, in memory. */

import { sizeOf } from "../models/mod.ts";

/** Images a chunk: one buffer would have to be copied whenever it grows. */
const CHUNK = 256;

/** A set of images as it is sent to other threads: nothing is copied. */
export interface SharedImages {
  /** `[height, width, channels]` of every image. */
  readonly shape: readonly [number, number, number];
  /** The number of images. */
  readonly count: number;
  /** Their samples. */
  readonly chunks: readonly Float32Array<SharedArrayBuffer>[];
}

/**
 * A growing set of preprocessed images, float32 in [0, 1].
 *
 * They lie in memory that Workers can share. Takes 4 bytes a sample: 10,000 images of 64 x 64 x 3 are 490 MB.
 */
export class ImageSet {
  /** `[height, width, channels]` of every image. */
  readonly shape: readonly [number, number, number];
  /** Samples of one image. */
  readonly imageSize: number;
  readonly #chunks: Float32Array<SharedArrayBuffer>[] = [];
  #count = 0;

  /** @param shape `[height, width, channels]` of every image. */
  constructor(shape: readonly [number, number, number]) {
    this.shape = shape;
    this.imageSize = sizeOf(shape);
  }

  /**
   * The images that another thread shares.
   *
   * @param shared What {@linkcode ImageSet.share} gave there.
   * @returns The same images, for reading.
   */
  static from({ shape, count, chunks }: SharedImages): ImageSet {
    const images = new ImageSet(shape);
    images.#chunks.push(...chunks);
    images.#count = count;
    return images;
  }

  /**
   * What other threads need to read the images.
   *
   * @returns A message; nothing is copied. Images that are added later are not in it.
   */
  share(): SharedImages {
    return { shape: this.shape, count: this.#count, chunks: [...this.#chunks] };
  }

  /** The number of images. */
  get count(): number {
    return this.#count;
  }

  /**
   * Adds one image.
   *
   * @param image Its samples; copied.
   */
  add(image: Float32Array): void {
    const within = this.#count % CHUNK;
    if (within === 0) this.#chunks.push(sharedFloats(CHUNK * this.imageSize));
    this.#chunks.at(-1)!.set(image, within * this.imageSize);
    this.#count++;
  }

  /**
   * Copies images into a batch.
   *
   * @param indices Which, in order.
   * @param out Room for `indices.length` images.
   */
  gather(indices: Uint32Array, out: Float32Array): void {
    for (let i = 0; i < indices.length; i++) {
      const index = indices[i]!;
      const chunk = this.#chunks[Math.floor(index / CHUNK)]!;
      const from = (index % CHUNK) * this.imageSize;
      out.set(chunk.subarray(from, from + this.imageSize), i * this.imageSize);
    }
  }
}

function sharedFloats(count: number): Float32Array<SharedArrayBuffer> {
  return new Float32Array(new SharedArrayBuffer(count * 4));
}
