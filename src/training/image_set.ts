/** The preprocessed images of a training, in memory or beyond it in a file. */

import { StrayError, type StrayErrorOptions } from "../errors.ts";
import { sizeOf } from "../shape.ts";
import { type ImageCache, ImageFile, type SharedImageFile } from "./image_cache.ts";

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
  /** The images behind those of the chunks. */
  readonly file?: SharedImageFile | undefined;
}

/**
 * A growing set of preprocessed images, float32, mostly in [0, 1], in memory that Workers can share.
 *
 * Takes 4 bytes per sample: 490 MB for 10,000 images of 64 x 64 x 3. With a cache, images beyond its share
 * of memory lie in a file.
 */
export class ImageSet {
  /** `[height, width, channels]` of every image. */
  readonly shape: readonly [number, number, number];
  /** Samples per image. */
  readonly imageSize: number;
  /** Images per chunk. */
  readonly #chunk: number;
  readonly #chunks: Float32Array<SharedArrayBuffer>[] = [];
  readonly #cache: ImageCache | undefined;
  #file: ImageFile | undefined;
  #count = 0;

  /**
   * Makes an empty set, which takes no memory yet.
   *
   * @param shape `[height, width, channels]` of every image.
   * @param cache For images that do not fit in memory. @default {all must fit}
   * @throws {StrayError} `too_large` If an image has more samples than a network can take.
   */
  constructor(shape: readonly [number, number, number], cache?: ImageCache) {
    this.#cache = cache;
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
  static from({ shape, count, chunks, file }: SharedImages): ImageSet {
    const images = new ImageSet(shape);
    images.#chunks.push(...chunks);
    images.#count = count;
    images.#file = file && ImageFile.from(file);
    return images;
  }

  /**
   * Shares the images with other threads.
   *
   * @returns A message without images that are added later; nothing is copied.
   */
  share(): SharedImages {
    const { shape } = this, file = this.#file?.shared;
    return { shape, count: this.#count, chunks: [...this.#chunks], ...file && { file } };
  }

  /** Number of images. */
  get count(): number {
    return this.#count;
  }

  /**
   * Adds one image.
   *
   * @param image Samples; copied.
   * @throws {StrayError} `too_large` If memory is exhausted; `write` if the disk of the cache is.
   */
  add(image: Float32Array): void {
    const within = this.#count % this.#chunk;
    if (within === 0 && this.#file === undefined) {
      if (this.#cache?.takeMemory(this.#chunk * this.imageSize * 4) ?? true) {
        this.#chunks.push(this.#newChunk());
      } else this.#file = this.#cache!.createFile(this.imageSize);
    }
    if (this.#file) this.#file.write(this.#count - this.#inMemory, image);
    else this.#chunks.at(-1)!.set(image, within * this.imageSize);
    this.#count++;
  }

  /**
   * Replaces one image.
   *
   * @param index Index of the image.
   * @param image Samples; copied.
   */
  set(index: number, image: Float32Array): void {
    if (index >= this.#inMemory) this.#file!.write(index - this.#inMemory, image);
    else this.at(index).set(image);
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
   * @returns A view of them, or a copy of those in a file.
   */
  at(index: number): Float32Array {
    if (index >= this.#inMemory) return this.#file!.read(index - this.#inMemory);
    const from = (index % this.#chunk) * this.imageSize;
    return this.#chunks[Math.floor(index / this.#chunk)]!.subarray(from, from + this.imageSize);
  }

  /** Number of images that memory may hold; those behind are in the file. */
  get #inMemory(): number {
    return this.#file ? this.#chunks.length * this.#chunk : Infinity;
  }

  #newChunk(): Float32Array<SharedArrayBuffer> {
    try {
      return new Float32Array(new SharedArrayBuffer(this.#chunk * this.imageSize * 4));
    } catch (cause) {
      const reason = `all images must fit in memory: it is full after ${this.#count} of`;
      const hint = "take a smaller --size, fewer images (--limit), or a folder on disk (--cache)";
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
