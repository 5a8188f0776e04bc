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

/** Patches on the backend. */
interface PatchTensors {
  /** `[patches, size]`. */
  readonly rows: Tensor2D;
  /** Half the squared length of each, `[patches]`. */
  readonly halves: Tensor1D;
}

/** Patches and images to compare with. */
export class PatchMemory {
  /** Number of images. */
  readonly imageCount: number;
  readonly #images: Float32Array;
  readonly #size: number;
  readonly #patches: Float32Array;
  /** Half the squared length of each patch. */
  readonly #halves: Float32Array;
  readonly #means: Tensor2D;
  /** All patches. */
  readonly #all: PatchTensors;

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
    this.#size = size;
    this.#patches = patches;
    this.#halves = halfSquares(patches, size);
    this.#means = tf.tensor2d(means, [count, size]);
    this.#all = this.#tensorsOf({ from: 0, to: images.length });
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
    tf.dispose([this.#all.rows, this.#all.halves, this.#means]);
  }

  /** The distance of each patch to the nearest one of some rows, at least one. */
  #nearest(features: Tensor2D, part: Rows): Tensor1D {
    const isAll = part.to - part.from === this.#images.length;
    const { rows, halves } = isAll ? this.#all : this.#tensorsOf(part);
    const { places } = largestProducts(features, rows, 1, halves);
    return rowDistances(features, rows, places);
  }

  /** Tensors of some patches, made of their numbers: a slice of a tensor would read all of it. */
  #tensorsOf({ from, to }: Rows): PatchTensors {
    const values = this.#patches.subarray(from * this.#size, to * this.#size);
    return {
      rows: tf.tensor2d(values, [to - from, this.#size]),
      halves: tf.tensor1d(this.#halves.subarray(from, to)),
    };
  }

  /** Index of the first patch of an image or of a later one. */
  #firstPatchOf(image: number): number {
    const found = this.#images.findIndex((other) => other >= image);
    return found < 0 ? this.#images.length : found;
  }
}

/** Half the squared length of each row. */
function halfSquares(values: Float32Array, size: number): Float32Array {
  return Float32Array.from({ length: values.length / size }, (_, row) => {
    let sum = 0;
    for (let i = row * size; i < (row + 1) * size; i++) {
      sum = Math.fround(sum + Math.fround(values[i]! * values[i]!));
    }
    return sum / 2;
  });
}

/** Distances of rows to rows; differences, as products lose the digits of small ones. */
function distancesTo(rows: Tensor2D, others: Tensor2D): Tensor1D {
  return tf.sqrt(tf.sum(tf.square(tf.sub(rows, others)), 1));
}
