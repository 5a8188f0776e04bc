/** Nearest undamaged images by the directions of edges. */

import { type Tensor, type Tensor1D, tf } from "../../compute/mod.ts";
import type { Random } from "../../random.ts";
import { spread } from "../../spread.ts";
import type { LearningData, Task } from "../../training/mod.ts";
import { orientedSize } from "../knn/oriented.ts";
import { orientedFeatures } from "../knn/oriented_features.ts";
import { orientedComponents, OrientedPlane, type PlaneValues } from "../knn/oriented_plane.ts";
import type { StoredWeights, Weights } from "../model.ts";
import {
  LOCAL_NEIGHBOURS,
  LOCAL_SCALE,
  LocalNeighbours,
  logWholeDistance,
} from "../neighbours/local_neighbours.ts";
import { ownDistances } from "../neighbours/own_distances.ts";
import { weightsOf } from "../network/parameters.ts";
import type { DamageSpec } from "./spec.ts";

/** Kept images, as numbers. */
export interface WholeValues extends PlaneValues {
  /** The kept images as components, one after the other. */
  readonly images: Float32Array;
  /** Per kept image, the log of its distance to its own nearest. */
  readonly scales: Float32Array;
}

/** Prefix of the names of the values in a model file. */
const PREFIX = "edges/";

/**
 * Keeps training images as components, evenly spread, on one member of a process group.
 *
 * @param spec The model.
 * @param data The images.
 * @param random Source of the first directions of the components.
 * @returns The work.
 */
export function wholeTask(
  { components, keep = Infinity }: DamageSpec,
  { images, split: { training } }: LearningData,
  random: Random,
): Task<WholeValues> {
  const kept = spread(training, keep), size = orientedSize(images.shape);
  return {
    lengths: {
      ...{ mean: size, directions: size * components },
      ...{ images: kept.length * components, scales: kept.length },
    },
    async compute() {
      const values = await orientedComponents(images, kept, components, random);
      const scales = await ownDistances(values.images, components, LOCAL_SCALE.neighbours);
      return { ...values, scales };
    },
  };
}

/** The kept images, to search. */
export class WholeNeighbours {
  readonly #components: number;
  readonly #values: WholeValues;
  readonly #plane: OrientedPlane;
  readonly #search: LocalNeighbours;

  /**
   * @param spec The model.
   * @param values The kept images.
   * @throws {TypeError} If they do not fit the spec or each other.
   */
  constructor({ inputShape, components }: DamageSpec, values: WholeValues) {
    const { images, scales } = values, count = scales.length;
    if (count < 1 || images.length !== count * components) {
      throw new TypeError(
        `Cannot keep images as their length must be ${count * components}, above 0: ` +
          `current length is ${images.length}`,
      );
    }
    this.#components = components;
    this.#values = values;
    this.#plane = new OrientedPlane(inputShape, components, values);
    this.#search = new LocalNeighbours(tf.tensor2d(images, [count, components]), scales);
  }

  /**
   * The score `whole`: 1/2 log(mean of 3 squared distances + squared distance from the plane of the
   * components) - 1/2 mean over 10 neighbours of the log of their own distance to 3 others.
   *
   * @param x Images, `[batch, height, width, channels]`.
   * @returns `[batch]`.
   */
  score(x: Tensor): Tensor1D {
    const { components, residual } = this.#plane.project(orientedFeatures(x));
    const { squares, scales } = this.#search.nearest(components, LOCAL_NEIGHBOURS);
    const far = logWholeDistance(squares, residual, LOCAL_SCALE.neighbours);
    return tf.sub(far, tf.mul(tf.mean(scales, 1) as Tensor, LOCAL_SCALE.scale));
  }

  /** The values for a model file, not copied. */
  weights(): Weights {
    const { mean, directions, images, scales } = this.#values, components = this.#components;
    return new Map([
      [`${PREFIX}mean`, { shape: [mean.length], data: mean }],
      [`${PREFIX}directions`, { shape: [components, mean.length], data: directions }],
      [`${PREFIX}images`, { shape: [scales.length, components], data: images }],
      [`${PREFIX}scales`, { shape: [scales.length], data: scales }],
    ]);
  }

  /** Frees the images. */
  dispose(): void {
    this.#plane.dispose();
    this.#search.dispose();
  }
}

/** Reads the values of a model file. */
export function storedWhole(weights: StoredWeights): WholeValues {
  const stored = (name: keyof WholeValues) => weightsOf(weights, PREFIX + name);
  return {
    mean: stored("mean"),
    directions: stored("directions"),
    images: stored("images"),
    scales: stored("scales"),
  };
}
