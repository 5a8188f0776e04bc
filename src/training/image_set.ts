/** The preprocessed images of a training, in memory. */

import { StrayError, type StrayErrorOptions } from "../errors.ts";
import { sizeOf } from "../shape.ts";

/** Images per chunk. One buffer would have to be copied whenever it grows. */
const CHUNK = 256;
/** Maximum number of samples per chunk of large images: bounds the memory for images that never come. */
const CHUNK_SAMPLES = 1 << 24;
/** Maximum number of samples per image: the limit for the output of a layer. */
const MAX_SAMPLES = 1 << 28;

/** A set of images as a message to other threads; nothing is copied. */
export interface SharedImages {
  /** `[height, width, channels]` of every image. */
  readonly shape: readonly [number, number, number];
  /** Number of images. */
  readonly count: number;
  /** Samples of the images, chunk by chunk. */
  readonly chunks: readonly Float32Array<SharedArrayBuffer>[];
}

/**
 * A growing set of preprocessed images, float32, mostly in [0, 1], in memory that Workers can share.
 *
 * Takes 4 bytes per sample: 490 MB for 10,000 images of 64 x 64 x 3.
 */
export class ImageSet {
  /** `[height, width, channels]` of every image. */
  readonly shape: readonly [number, number, number];
  /** Samples per image. */
  readonly imageSize: number;
  /** Images per chunk. */
  readonly #chunk: number;
  readonly #chunks: Float32Array<SharedArrayBuffer>[] = [];
  #count = 0;

  /**
   * Makes an empty set, which takes no memory yet.
   *
   * @param shape `[height, width, channels]` of every image.
   * @throws {StrayError} `too_large` If an image has more samples than a network can take.
   */
  constructor(shape: readonly [number, number, number]) {
    this.shape = shape;
    this.imageSize = sizeOf(shape);
    if (this.imageSize > MAX_SAMPLES) {
      const reason = `an image must have at most ${MAX_SAMPLES} samples: current size is`;
      throw tooLarge(reason, shape, { hint: "take a smaller --size" });
    }
    this.#chunk = Math.min(CHUNK, Math.max(1, Math.floor(CHUNK_SAMPLES / this.imageSize)));
  }

  /**
   * Opens the images that another thread shares.
   *
   * @param shared Message made by {@linkcode ImageSet.share}.
   * @returns The same images, to be read only.
   */
  static from({ shape, count, chunks }: SharedImages): ImageSet {
    const images = new ImageSet(shape);
    images.#chunks.push(...chunks);
    images.#count = count;
    return images;
  }

  /**
   * Shares the images with other threads.
   *
   * @returns A message without images that are added later; nothing is copied.
   */
  share(): SharedImages {
    return { shape: this.shape, count: this.#count, chunks: [...this.#chunks] };
  }

  /** Number of images. */
  get count(): number {
    return this.#count;
  }

  /**
   * Adds one image.
   *
   * @param image Samples; copied.
   * @throws {StrayError} `too_large` If memory is exhausted.
   */
  add(image: Float32Array): void {
    const within = this.#count % this.#chunk;
    if (within === 0) this.#chunks.push(this.#newChunk());
    this.#chunks.at(-1)!.set(image, within * this.imageSize);
    this.#count++;
  }

  /**
   * Copies images into a batch.
   *
   * @param indices Indices of the images, in order.
   * @param out Receives the samples of `indices.length` images.
   */
  gather(indices: Uint32Array, out: Float32Array): void {
    for (let i = 0; i < indices.length; i++) {
      out.set(this.at(indices[i]!), i * this.imageSize);
    }
  }

  /**
   * The samples of one image.
   *
   * @param index Index of the image.
   * @returns A view of them.
   */
  at(index: number): Float32Array<SharedArrayBuffer> {
    const from = (index % this.#chunk) * this.imageSize;
    return this.#chunks[Math.floor(index / this.#chunk)]!.subarray(from, from + this.imageSize);
  }

  #newChunk(): Float32Array<SharedArrayBuffer> {
    try {
      return new Float32Array(new SharedArrayBuffer(this.#chunk * this.imageSize * 4));
    } catch (cause) {
      const reason = `all images must fit in memory: it is full after ${this.#count} of`;
      const hint = "take a smaller --size, or fewer images: --limit";
      throw tooLarge(reason, this.shape, { hint, cause });
    }
  }
}

function tooLarge(
  reason: string,
  [height, width, channels]: readonly [number, number, number],
  options: StrayErrorOptions,
): StrayError {
  const message = `Cannot train as ${reason} ${width} x ${height} x ${channels}`;
  return new StrayError("too_large", message, options);
}
