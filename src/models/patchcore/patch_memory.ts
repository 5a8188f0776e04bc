/** The patches that are remembered, image by image. */

import {
  largestProducts,
  rowDistances,
  type Tensor1D,
  type Tensor2D,
  tf,
} from "../../compute/mod.ts";

/** Contiguous parts of the images of a training, in their order: frames that follow each other are left out together. */
export const FOLDS = 10;

/** A memory as numbers. */
export interface MemoryValues {
  /** Features of the patches, one after the other, those of an image together. */
  readonly patches: Float32Array;
  /** Per patch the index of its image, ascending from 0. */
  readonly images: Float32Array;
  /** Per image the mean of all its patches, one after the other. */
  readonly means: Float32Array;
}

/** Rows `from` to less than `to`. */
export interface Rows {
  readonly from: number;
  readonly to: number;
}

/** Patches and images to compare with. */
export class PatchMemory {
  /** Number of images. */
  readonly imageCount: number;
  readonly #images: Float32Array;
  readonly #patches: Tensor2D;
  readonly #halves: Tensor1D;
  readonly #means: Tensor2D;

  /**
   * @param values The memory; the arrays are not copied.
   * @param size Numbers per patch.
   * @throws {TypeError} If the arrays do not fit each other.
   */
  constructor({ patches, images, means }: MemoryValues, size: number) {
    const count = this.imageCount = means.length / size;
    const isAscending = images.every((image, i) =>
      Number.isInteger(image) && image >= (images[i - 1] ?? 0) && image < count
    );
    if (images.length === 0 || !isAscending || patches.length !== images.length * size) {
      throw new TypeError("Cannot compare patches as each must be of an image of the memory");
    }
    this.#images = images;
    this.#patches = tf.tensor2d(patches, [images.length, size]);
    this.#halves = tf.tidy(() => tf.mul<Tensor1D>(tf.sum(tf.square(this.#patches), 1), 0.5));
    this.#means = tf.tensor2d(means, [count, size]);
  }

  /**
   * The distance of each patch to the nearest one.
   *
   * @param features `[patches, size]`.
   * @param omitted Images whose patches are left out, but not all. @default {none}
   * @returns `[patches]`.
   */
  distances(features: Tensor2D, omitted?: Rows): Tensor1D {
    const first = omitted ? this.#firstPatchOf(omitted.from) : 0;
    const last = omitted ? this.#firstPatchOf(omitted.to) : 0;
    return [{ from: 0, to: first }, { from: last, to: this.#images.length }]
      .filter(({ from, to }) => to > from)
      .map((rows) => this.#nearest(features, rows))
      .reduce((a, b) => tf.minimum(a, b));
  }

  /**
   * The distance of each patch to the nearest one of an image.
   *
   * @param features `[patches, size]`.
   * @param image Index of the image.
   * @returns `[patches]`.
   */
  distancesToImage(features: Tensor2D, image: number): Tensor1D {
    return this.#nearest(features, {
      from: this.#firstPatchOf(image),
      to: this.#firstPatchOf(image + 1),
    });
  }

  /**
   * The distance of the mean of an image's patches to the nearest such mean.
   *
   * @param features `[patches, size]`.
   * @param omitted Images that are left out, but not all. @default {none}
   * @returns A scalar.
   */
  distanceOfMean(features: Tensor2D, omitted: Rows = { from: 0, to: 0 }): Tensor1D {
    const all = distancesTo(tf.mean(features, 0, true) as Tensor2D, this.#means);
    const { from, to } = omitted;
    const others = tf.concat1d([tf.slice(all, 0, from), tf.slice(all, to)]);
    return tf.min(others) as Tensor1D;
  }

  /** The fold of an image. */
  foldOf(image: number): Rows {
    const count = this.imageCount, folds = Math.min(FOLDS, count);
    const fold = Math.floor((image * folds) / count);
    const bound = (i: number) => Math.ceil((i * count) / folds);
    return { from: bound(fold), to: bound(fold + 1) };
  }

  /** Frees all tensors. */
  dispose(): void {
    tf.dispose([this.#patches, this.#halves, this.#means]);
  }

  /** The distance of each patch to the nearest one of some rows, at least one. */
  #nearest(features: Tensor2D, { from, to }: Rows): Tensor1D {
    const size = to - from, rows = tf.slice(this.#patches, [from, 0], [size, -1]);
    const { places } = largestProducts(features, rows, 1, tf.slice(this.#halves, from, size));
    return rowDistances(features, rows, places);
  }

  /** Index of the first patch of an image or of a later one. */
  #firstPatchOf(image: number): number {
    const found = this.#images.findIndex((other) => other >= image);
    return found < 0 ? this.#images.length : found;
  }
}

/** Distances of rows to rows; differences, as products lose the digits of small ones. */
function distancesTo(rows: Tensor2D, others: Tensor2D): Tensor1D {
  return tf.sqrt(tf.sum(tf.square(tf.sub(rows, others)), 1));
}
