/** Nearest neighbours by the directions of edges. */

import { type Tensor, type Tensor1D, type Tensor2D, tf } from "../../compute/mod.ts";
import type { Model, StoredWeights, Weights } from "../model.ts";
import {
  firstColumns,
  LOCAL_NEIGHBOURS,
  LocalNeighbours,
  logDistance,
  logWholeDistance,
} from "../neighbours/local_neighbours.ts";
import { weightsOf } from "../network/parameters.ts";
import { type Measure, MEASURE_NAMES, type MeasureName, MEASURES } from "./_measures.ts";
import { orientedFeatures } from "./oriented_features.ts";
import { OrientedPlane, type PlaneValues } from "./oriented_plane.ts";
import type { OrientedKnnSpec } from "./spec.ts";

/** A model's numbers. */
export interface OrientedValues extends PlaneValues {
  /** The kept images as components, one after the other. */
  readonly images: Float32Array;
  /** For each score the log of each kept image's distance to its own nearest. */
  readonly scales: Readonly<Record<MeasureName, Float32Array>>;
}

/**
 * Nearest neighbours among principal components of the directions of edges.
 *
 * `plane` = log(mean of 3 distances) - 1/2 mean over 10 neighbours of their log s, with s the mean distance
 * to 3 others. `whole` = 1/2 log(mean of 5 squared distances + squared distance from the plane of the
 * components) - 1/4 of the same mean, with 5 others.
 */
export class OrientedKnn implements Model {
  readonly spec: OrientedKnnSpec;
  readonly #values: OrientedValues;
  readonly #plane: OrientedPlane;
  readonly #searches: Readonly<Record<MeasureName, LocalNeighbours>>;

  /**
   * @param spec The model as data.
   * @param values Its numbers.
   * @throws {TypeError} If they do not fit the spec or each other.
   */
  constructor(spec: OrientedKnnSpec, values: OrientedValues) {
    const { images, scales } = values, { components } = spec;
    const count = images.length / components;
    if (count < 1 || !Number.isInteger(count)) {
      throw new TypeError(`Cannot keep images as there must be 1 or more: current number ${count}`);
    }
    for (const name of MEASURE_NAMES) {
      if (scales[name].length === count) continue;
      throw new TypeError(`Cannot use the scales of "${name}" as there must be ${count}`);
    }
    this.spec = spec;
    this.#values = values;
    this.#plane = new OrientedPlane(spec.inputShape, components, values);
    const kept = tf.tensor2d(images, [count, components]);
    const searchOf = (name: MeasureName) =>
      new LocalNeighbours(
        firstColumns(kept, MEASURES[name].components(components)),
        scales[name],
      );
    this.#searches = { plane: searchOf("plane"), whole: searchOf("whole") };
    kept.dispose();
  }

  /** The components of each image, `[batch, components]`. */
  encode(x: Tensor): Tensor {
    return this.#plane.project(orientedFeatures(x)).components;
  }

  /** Computes scores. */
  scores(names: readonly string[], x: Tensor): Tensor1D[] {
    return this.#scores(names, x, 0);
  }

  /** The scores of kept images, each without the nearest image: itself or one like it. */
  leaveOneOut(names: readonly string[], x: Tensor): Tensor1D[] {
    return this.#scores(names, x, 1);
  }

  #scores(names: readonly string[], x: Tensor, omitted: number): Tensor1D[] {
    const { components, residual } = this.#plane.project(orientedFeatures(x));
    return names.map((name) => this.#score(name as MeasureName, components, residual, omitted));
  }

  #score(
    name: MeasureName,
    components: Tensor2D,
    residual: Tensor1D,
    omitted: number,
  ): Tensor1D {
    const measure: Measure = MEASURES[name], search = this.#searches[name];
    const { neighbours, scale } = measure;
    const { squares, scales } = search.nearest(
      firstColumns(components, search.size),
      Math.max(neighbours, LOCAL_NEIGHBOURS),
      omitted,
    );
    const far = measure.whole
      ? logWholeDistance(squares, residual, neighbours)
      : logDistance(squares, neighbours);
    return tf.sub(far, tf.mul(tf.mean(scales, 1), scale)) as Tensor1D;
  }

  /** All numbers, not copied as they are large. */
  snapshot(): Promise<Weights> {
    const { mean, directions, images, scales } = this.#values;
    const { components } = this.spec, count = images.length / components;
    return Promise.resolve(
      new Map<string, { readonly shape: readonly number[]; readonly data: Float32Array }>([
        ["mean", { shape: [mean.length], data: mean }],
        ["directions", { shape: [components, mean.length], data: directions }],
        ["images", { shape: [count, components], data: images }],
        ...MEASURE_NAMES.map((name) =>
          [`scales/${name}`, { shape: [count], data: scales[name] }] as const
        ),
      ]),
    );
  }

  /** Frees all tensors. */
  dispose(): void {
    this.#plane.dispose();
    for (const search of Object.values(this.#searches)) search.dispose();
  }
}

/** Restores a stored model. */
export function openOrientedKnn(spec: OrientedKnnSpec, weights: StoredWeights): OrientedKnn {
  return new OrientedKnn(spec, {
    mean: weightsOf(weights, "mean"),
    directions: weightsOf(weights, "directions"),
    images: weightsOf(weights, "images"),
    scales: {
      plane: weightsOf(weights, "scales/plane"),
      whole: weightsOf(weights, "scales/whole"),
    },
  });
}
