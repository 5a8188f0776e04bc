/** The interface of a source of features. */

import { type Tensor2D, type Tensor4D, tf } from "../../compute/mod.ts";
import type { PlacedPart } from "./placed_part.ts";

/** Features of the patches of one image. */
export interface Patches {
  /** `size` numbers per patch, row by row. */
  readonly features: Float32Array;
  /** Number of rows of patches. */
  readonly rows: number;
  /** Number of columns of patches. */
  readonly columns: number;
}

/** Computes features of patches. */
export interface PatchExtractor {
  /** Numbers per patch. */
  readonly size: number;
  /** The bytes of the file that computes, which a model file must hold; absent where the program has all. */
  readonly file?: Uint8Array | undefined;
  /**
   * Computes the features of an image.
   *
   * @param image Samples in [0, 1], of 1 or 3 channels.
   * @throws {StrayError} `shape` If it computes no images of this size.
   */
  extract(image: PlacedPart): Promise<Patches>;
  /** Frees its memory. */
  dispose(): void;
}

/**
 * Computes features by tensors.
 *
 * @param image Samples in [0, 1].
 * @param compute Computes `[1, rows, columns, size]` of `[1, height, width, channels]`.
 */
export async function extractBy(
  { data, shape }: PlacedPart,
  compute: (x: Tensor4D) => Tensor4D,
): Promise<Patches> {
  const grid = tf.tidy(() => compute(tf.tensor4d(data, [1, ...shape])));
  const [, rows, columns] = grid.shape;
  const features = await grid.data() as Float32Array;
  grid.dispose();
  return { features, rows, columns };
}

/** Features as a tensor, `[rows * columns, size]`. */
export function tensorOf({ features, rows, columns }: Patches): Tensor2D {
  const count = rows * columns;
  return tf.tensor2d(features, [count, features.length / count]);
}

/**
 * Joins the outputs of layers: each is averaged over 3 x 3 of its own cells, divided by a constant and brought to the
 * finest of their grids.
 *
 * @param outputs `[1, rows, columns, channels]` each.
 * @param deviations The constants.
 * @returns `[1, rows, columns, channels of all]`.
 */
export function joinLayers(
  outputs: readonly Tensor4D[],
  deviations: readonly number[],
): Tensor4D {
  const grids = outputs.map(({ shape }) => [shape[1], shape[2]] as const);
  const [rows, columns] = grids.reduce((a, b) => b[0] * b[1] > a[0] * a[1] ? b : a);
  const layers = outputs.map((output, i) => {
    const smooth = tf.div<Tensor4D>(tf.avgPool(output, 3, 1, "same"), deviations[i]!);
    return smooth.shape[1] === rows && smooth.shape[2] === columns
      ? smooth
      : tf.image.resizeBilinear(smooth, [rows, columns], false, true);
  });
  return tf.concat(layers, 3);
}
