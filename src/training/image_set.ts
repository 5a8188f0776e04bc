/** The preprocessed images of a training run, in memory. */

import { StrayError } from "../errors.ts";
import { sizeOf } from "../shape.ts";

/** Images a chunk, if they are small: one buffer would have to be copied whenever it grows. */
const CHUNK = 256;
/** Samples a chunk, if they are large: room for images that do not come is not taken. */
const CHUNK_SAMPLES = 1 << 24;
/** Samples of one image: no more than a layer of a network may give. */
const MOST_SAMPLES = 1 << 28;

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
  /** Images a chunk. */
  readonly #chunk: number;
  readonly #chunks: Float32Array<SharedArrayBuffer>[] = [];
  #count = 0;

  /**
   * Takes no memory yet.
   *
   * @param shape `[height, width, channels]` of every image.
   * @throws {StrayError} `too_large` If an image has more samples than a network can take.
   */
  constructor(shape: readonly [number, number, number]) {
    this.shape = shape;
    this.imageSize = sizeOf(shape);
    if (this.imageSize > MOST_SAMPLES) {
      const [height, width, channels] = shape;
      throw new StrayError(
        "too_large",
        `Cannot train as an image must have at most ${MOST_SAMPLES} samples: ` +
          `current size is ${width} x ${height} x ${channels}`,
        { hint: "take a smaller --size" },
      );
    }
    this.#chunk = Math.min(CHUNK, Math.max(1, Math.floor(CHUNK_SAMPLES / this.imageSize)));
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
   * @throws {StrayError} `too_large` If there is no memory left.
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
   * @param indices Which, in order.
   * @param out Room for `indices.length` images.
   */
  gather(indices: Uint32Array, out: Float32Array): void {
    for (let i = 0; i < indices.length; i++) {
      const index = indices[i]!;
      const chunk = this.#chunks[Math.floor(index / this.#chunk)]!;
      const from = (index % this.#chunk) * this.imageSize;
      out.set(chunk.subarray(from, from + this.imageSize), i * this.imageSize);
    }
  }

  #newChunk(): Float32Array<SharedArrayBuffer> {
    try {
      return new Float32Array(new SharedArrayBuffer(this.#chunk * this.imageSize * 4));
    } catch (cause) {
      const [height, width, channels] = this.shape;
      throw new StrayError(
        "too_large",
        `Cannot train as all images must fit in memory: there is no room for more than ` +
          `${this.#count} of ${width} x ${height} x ${channels}`,
        { hint: "take a smaller --size, or fewer images: --limit", cause },
      );
    }
  }
}
