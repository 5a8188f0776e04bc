/** The scores of neighbours by the directions of edges, and the computations that they share. */

import { type Tensor, type Tensor1D, type Tensor2D, tf } from "../../compute/mod.ts";
import { PLANE_COMPONENTS } from "./oriented.ts";

/** How a score measures. */
export interface Measure {
  /** Components that it compares. */
  readonly components: (kept: number) => number;
  /** Nearest images whose distances are averaged. */
  readonly neighbours: number;
  /** Share of the neighbours' own log distance that is subtracted. */
  readonly scale: number;
  /** Whether distances are squared, and the squared distance from the plane of the components added. */
  readonly whole: boolean;
}

/** The scores, chosen on a division of the training images of MNIST. */
export const MEASURES = {
  plane: {
    components: (kept) => Math.min(kept, PLANE_COMPONENTS),
    neighbours: 3,
    scale: 1 / 2,
    whole: false,
  },
  whole: { components: (kept) => kept, neighbours: 5, scale: 1 / 4, whole: true },
} as const satisfies Record<string, Measure>;

/** The name of a score. */
export type MeasureName = keyof typeof MEASURES;
/** The names of the scores. */
export const MEASURE_NAMES = Object.keys(MEASURES) as MeasureName[];

/** Smallest squared distance: the logarithm of 0 is no score. */
export const MIN_SQUARE = 1e-9;

/** Vectors to search, and half of their squared lengths. */
export type Searched = {
  /** `[images, columns]`. */
  readonly images: Tensor2D;
  /** `[images]`. */
  readonly halves: Tensor1D;
};

/** The first columns of the kept images, and half of their squared lengths. */
export function searched(kept: Tensor2D, columns: number): Searched {
  return tf.tidy(() => {
    const images = tf.slice(kept, 0, [-1, columns]);
    return { images, halves: tf.mul<Tensor1D>(tf.sum(tf.square(images), 1), 0.5) };
  });
}

/** Squared distances, at least {@linkcode MIN_SQUARE}, from products less half of the squared lengths. */
export function squaredDistances(query: Tensor2D, products: Tensor2D): Tensor2D {
  const lengths = tf.sum(tf.square(query), 1, true);
  return tf.maximum<Tensor2D>(tf.sub(lengths, tf.mul(products, 2)), MIN_SQUARE);
}

/** The components of features, and their squared distance from the plane of the components. */
export function projected(
  features: Tensor2D,
  mean: Tensor,
  directions: Tensor2D,
): { readonly components: Tensor2D; readonly residual: Tensor1D } {
  const centred = tf.sub<Tensor2D>(features, mean);
  const components = tf.matMul<Tensor2D>(centred, directions, false, true);
  const length = (rows: Tensor2D) => tf.sum<Tensor1D>(tf.square(rows), 1);
  return {
    components,
    residual: tf.maximum(tf.sub(length(centred), length(components)), MIN_SQUARE),
  };
}
