/** Distances to the nearest and to the second-nearest class, by the directions of edges. */

import { type Tensor, type Tensor1D, type Tensor2D, tf } from "../../compute/mod.ts";
import type { Random } from "../../random.ts";
import type { LearningData, Task } from "../../training/mod.ts";
import { orientedSize } from "../knn/oriented.ts";
import { orientedFeatures } from "../knn/oriented_features.ts";
import { orientedComponents, OrientedPlane, type PlaneValues } from "../knn/oriented_plane.ts";
import type { StoredWeights, Weights } from "../model.ts";
import {
  LOCAL_NEIGHBOURS,
  LOCAL_SCALE,
  LocalNeighbours,
  logDistance,
} from "../neighbours/local_neighbours.ts";
import { ownDistances } from "../neighbours/own_distances.ts";
import { weightsOf } from "../network/parameters.ts";
import type { OpenSetSpec } from "./spec.ts";

/** Share of the distance between the two nearest classes that is subtracted. */
const MARGIN = 1 / 2;

/** Numbers of the kept images. */
export interface MarginValues extends PlaneValues {
  /** The kept images as components, one after the other, class by class. */
  readonly images: Float32Array;
  /** Per kept image, the log of its distance to its own nearest. */
  readonly scales: Float32Array;
  /** Kept images per class. */
  readonly counts: Float32Array;
}

/** Names of the values in a model file, in order. */
const NAMES = ["mean", "directions", "images", "scales", "counts"] as const;

/** The lengths of the values, with a number of kept images. */
function lengthsOf(
  { inputShape, components, classes }: OpenSetSpec,
  kept: number,
): Task<MarginValues>["lengths"] {
  const size = orientedSize(inputShape);
  return {
    mean: size,
    directions: size * components,
    images: kept * components,
    scales: kept,
    counts: classes.length,
  };
}

/**
 * Keeps images as components, for one member of a process group.
 *
 * @param spec The model.
 * @param data All images and their classes.
 * @param kept Indices of the images, class by class.
 * @param random Source of the first directions of the components.
 * @returns The work.
 */
export function marginTask(
  spec: OpenSetSpec,
  { images, classes }: Pick<LearningData, "images" | "classes">,
  kept: Uint32Array,
  random: Random,
): Task<MarginValues> {
  return {
    lengths: lengthsOf(spec, kept.length),
    async compute() {
      const { components } = spec;
      const values = await orientedComponents(images, kept, components, random);
      const counts = new Float32Array(spec.classes.length);
      for (const index of kept) counts[classes[index]!]!++;
      const scales = await ownDistances(values.images, components, LOCAL_SCALE.neighbours);
      return { ...values, scales, counts };
    },
  };
}

/** The kept images of each class, to search. */
export class ClassMargin {
  readonly #spec: OpenSetSpec;
  readonly #values: MarginValues;
  readonly #plane: OrientedPlane;
  /** Per class that has images. */
  readonly #classes: readonly LocalNeighbours[];

  /**
   * @param spec The model.
   * @param values The kept images.
   * @throws {TypeError} If they do not fit the spec or each other.
   */
  constructor(spec: OpenSetSpec, values: MarginValues) {
    const { components } = spec, { images, scales, counts } = values;
    const kept = counts.reduce((sum, count) => sum + count, 0);
    const lengths = lengthsOf(spec, kept);
    for (const name of NAMES) {
      const { length } = values[name];
      if (kept > 0 && length === lengths[name]) continue;
      throw new TypeError(
        `Cannot use "${name}" as its length must be ${
          lengths[name]
        }, above 0: current length is ${length}`,
      );
    }
    this.#spec = spec;
    this.#values = values;
    this.#plane = new OrientedPlane(spec.inputShape, components, values);
    let from = 0;
    this.#classes = [...counts].filter((count) => count > 0).map((count) => {
      const to = from + count;
      const rows = images.subarray(from * components, to * components);
      const search = new LocalNeighbours(
        tf.tensor2d(rows, [count, components]),
        scales.subarray(from, to),
      );
      from = to;
      return search;
    });
  }

  /**
   * d1 - l / 2 - (d2 - d1) / 2, with d the log of the mean distance to the nearest 3 images of the nearest
   * class and of the second-nearest, and l the mean over the nearest 10 images of the log of their own
   * distance to 3 others.
   *
   * An image as far from the second class as from the first is more likely of neither.
   *
   * @param x Images, `[batch, height, width, channels]`.
   * @returns `[batch]`.
   */
  score(x: Tensor): Tensor1D {
    const { components } = this.#plane.project(orientedFeatures(x));
    const found = this.#classes.map((search) => search.nearest(components, LOCAL_NEIGHBOURS));
    const { neighbours, scale } = LOCAL_SCALE;
    const distances = tf.stack(found.map(({ squares }) => logDistance(squares, neighbours)), 1);
    const nearest = tf.neg(tf.topk(tf.neg(distances), Math.min(2, found.length)).values);
    const first = column(nearest, 0), second = column(nearest, found.length > 1 ? 1 : 0);
    const squares = tf.concat(found.map(({ squares }) => squares), 1);
    const scales = tf.concat(found.map(({ scales }) => scales), 1);
    const local = meanOfNearest(scales, squares, LOCAL_NEIGHBOURS);
    const far = tf.sub(first, tf.mul(local, scale));
    return tf.sub(far, tf.mul(tf.sub(second, first), MARGIN));
  }

  /** The values for a model file, not copied. */
  weights(): Weights {
    const { components } = this.#spec, { mean, scales } = this.#values;
    const shapes: Partial<Record<typeof NAMES[number], number[]>> = {
      directions: [components, mean.length],
      images: [scales.length, components],
    };
    return new Map(NAMES.map((name) => {
      const data = this.#values[name];
      return [`edges/${name}`, { shape: shapes[name] ?? [data.length], data }];
    }));
  }

  /** Frees the images. */
  dispose(): void {
    this.#plane.dispose();
    for (const search of this.#classes) search.dispose();
  }
}

/** The mean of the values at the smallest squares, and at those equal to the last of them, `[batch]`. */
function meanOfNearest(values: Tensor, squares: Tensor, count: number): Tensor1D {
  const most = Math.min(count, squares.shape[1]!);
  const smallest = tf.neg(tf.topk(tf.neg(squares), most).values);
  const last = tf.slice(smallest, [0, most - 1], [-1, 1]);
  const near = tf.cast(tf.lessEqual(squares, last), "float32");
  return tf.div(tf.sum(tf.mul(values, near), 1), tf.sum(near, 1));
}

/** A column of a matrix, `[batch]`. */
function column(matrix: Tensor, index: number): Tensor1D {
  return tf.reshape(tf.slice(matrix as Tensor2D, [0, index], [-1, 1]), [-1]);
}

/** Reads the values of a model file. */
export function storedMargin(weights: StoredWeights): MarginValues {
  const stored = (name: keyof MarginValues) => weightsOf(weights, `edges/${name}`);
  return {
    mean: stored("mean"),
    directions: stored("directions"),
    images: stored("images"),
    scales: stored("scales"),
    counts: stored("counts"),
  };
}
