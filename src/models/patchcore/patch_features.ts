/** The interface of a source of features. */

import type { Tensor2D, Tensor4D } from "../../compute/mod.ts";

/** Features of the patches of one image. */
export interface Patches {
  /** `[rows * columns, size]`, row by row. */
  readonly features: Tensor2D;
  /** Number of rows of patches. */
  readonly rows: number;
  /** Number of columns of patches. */
  readonly columns: number;
}

/** Computes features of patches. */
export interface PatchExtractor {
  /** Numbers per patch. */
  readonly size: number;
  /**
   * Computes the features of an image.
   *
   * @param x Samples in [0, 1], `[1, height, width, 1 or 3]`.
   */
  extract(x: Tensor4D): Patches;
  /** Frees its tensors. */
  dispose(): void;
}
