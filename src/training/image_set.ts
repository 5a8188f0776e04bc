/** The preprocessed images of a training, in memory or beyond it in a file. */

import { StrayError } from "../errors.ts";
import { megabytes } from "../memory_budget.ts";
import { sizeOf } from "../shape.ts";
import { smallerSize } from "./smaller_size.ts";
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
 * Takes 4 bytes per sample: 490 MB for 10,000 images of 64 x 64 x 3. Images beyond the memory of a cache lie
 * in a file, if it has a folder.
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
   * @param cache Room for images. @default {memory without a limit}
   * @throws {StrayError} `too_large` If an image has more samples than a network can take.
   */
  constructor(shape: readonly [number, number, number], cache?: ImageCache) {
    this.#cache = cache;
    this.shape = shape;
    this.imageSize = sizeOf(shape);
    if (this.imageSize > MAX_SAMPLES) {
      const [height, width, channels] = shape;
      throw new StrayError(
        "too_large",
        `Cannot train as an image must have at most ${MAX_SAMPLES} samples: ` +
          `current size is ${width} x ${height} x ${channels}`,
        { hint: "take a smaller --size" },
      );
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
   * Asserts that images will have room.
   *
   * @param count Number of all images.
   * @throws {StrayError} `too_large` If they will not.
   */
  requireRoom(count: number): void {
    const bytes = count * this.imageSize * 4, most = this.#cache?.mostBytes ?? Infinity;
    if (bytes <= most || this.#cache?.hasFolder) return;
    throw this.#full(`${count} of`, ` take ${megabytes(bytes)} MB`);
  }

  /**
   * Adds one image.
   *
   * @param image Samples; copied.
   * @throws {StrayError} `too_large` If there is no room; `write` if the disk of the cache is full.
   */
  add(image: Float32Array): void {
    const within = this.#count % this.#chunk;
    if (within === 0 && this.#file === undefined) {
      if (this.#cache?.takeMemory(this.#chunk * this.imageSize * 4) ?? true) {
        this.#chunks.push(this.#newChunk());
      } else if (this.#cache!.hasFolder) this.#file = this.#cache!.createFile(this.imageSize);
      else throw this.#full(`${this.#count} of`, " fill it");
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
      throw this.#full(`${this.#count} of`, " fill it", cause);
    }
  }

  #full(found: string, end: string, cause?: unknown): StrayError {
    const most = this.#cache?.mostBytes ?? Infinity;
    const room = most < Infinity ? `${megabytes(most)} MB of memory` : "memory";
    const [height, width, channels] = this.shape;
    const hint =
      "keep the others on disk with --cache DIR, allow more with --max-memory, or take " +
      `fewer (--limit) or smaller ones (--size ${smallerSize(width, height)})`;
    const size = `${width} x ${height} x ${channels}`;
    return new StrayError(
      "too_large",
      `Cannot keep images as they must fit in ${room}: ${found} ${size}${end}`,
      { hint, cause },
    );
  }
}
