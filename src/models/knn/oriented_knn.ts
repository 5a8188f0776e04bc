/** Nearest neighbours by the directions of edges. */

import {
  largestProducts,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tf,
} from "../../compute/mod.ts";
import type { Model, StoredWeights, Weights } from "../model.ts";
import { weightsOf } from "../network/parameters.ts";
import {
  type Measure,
  MEASURE_NAMES,
  type MeasureName,
  MEASURES,
  projected,
  type Searched,
  searched,
  squaredDistances,
} from "./_oriented_scores.ts";
import { orientedSize } from "./oriented.ts";
import { orientedFeatures } from "./oriented_features.ts";
import type { OrientedKnnSpec } from "./spec.ts";

/** Neighbours whose own distances are averaged. */
const LOCAL_NEIGHBOURS = 10;
/** A model's numbers. */
export interface OrientedValues {
  /** Mean of the features. */
  readonly mean: Float32Array;
  /** Principal components, unit vectors one after the other, in order of falling variance. */
  readonly directions: Float32Array;
  /** The kept images as components, one after the other. */
  readonly images: Float32Array;
  /** For each score the log of each kept image's distance to its own nearest. */
  readonly scales: Readonly<Record<MeasureName, Float32Array>>;
}

/** The kept images as a score compares them. */
interface Search extends Searched {
  readonly scales: Tensor1D;
}

/**
 * Nearest neighbours among principal components of the directions of edges.
 *
 * A distance counts relative to the distances that its neighbours have from each other: a handwriting with
 * few examples is far from all others without being strange (the local scale of Breunig et al. 2000,
 * "LOF", as a factor of its own).
 *
 * `plane` = log(mean of 3 distances) - 1/2 mean over 10 neighbours of their log s, with s the mean distance
 * to 3 others. `whole` = 1/2 log(mean of 5 squared distances + squared distance from the plane of the
 * components) - 1/4 of the same mean, with 5 others.
 */
export class OrientedKnn implements Model {
  readonly spec: OrientedKnnSpec;
  readonly #values: OrientedValues;
  readonly #mean: Tensor;
  readonly #directions: Tensor2D;
  readonly #searches: Readonly<Record<MeasureName, Search>>;

  /**
   * @param spec The model as data.
   * @param values Its numbers.
   * @throws {TypeError} If they do not fit the spec or each other.
   */
  constructor(spec: OrientedKnnSpec, values: OrientedValues) {
    const { mean, directions, images, scales } = values;
    const size = orientedSize(spec.inputShape), { components } = spec;
    const count = images.length / components;
    if (mean.length !== size || directions.length !== size * components) {
      throw new TypeError(`Cannot use components as their length must be ${size}`);
    }
    if (count < 1 || !Number.isInteger(count)) {
      throw new TypeError(`Cannot keep images as there must be 1 or more: current number ${count}`);
    }
    for (const name of MEASURE_NAMES) {
      if (scales[name].length === count) continue;
      throw new TypeError(`Cannot use the scales of "${name}" as there must be ${count}`);
    }
    this.spec = spec;
    this.#values = values;
    this.#mean = tf.tensor2d(mean, [1, size]);
    this.#directions = tf.tensor2d(directions, [components, size]);
    const kept = tf.tensor2d(images, [count, components]);
    const searchOf = (name: MeasureName): Search => ({
      ...searched(kept, MEASURES[name].components(components)),
      scales: tf.tensor1d(scales[name]),
    });
    this.#searches = { plane: searchOf("plane"), whole: searchOf("whole") };
    kept.dispose();
  }

  /** The components of each image, `[batch, components]`. */
  encode(x: Tensor): Tensor {
    return projected(orientedFeatures(x), this.#mean, this.#directions).components;
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
    const { components, residual } = projected(orientedFeatures(x), this.#mean, this.#directions);
    return names.map((name) => this.#score(name as MeasureName, components, residual, omitted));
  }

  #score(
    name: MeasureName,
    components: Tensor2D,
    residual: Tensor1D,
    omitted: number,
  ): Tensor1D {
    const measure: Measure = MEASURES[name], { images, halves, scales } = this.#searches[name];
    const query = tf.slice(components, 0, [-1, images.shape[1]]);
    const kept = images.shape[0];
    // The only image there is cannot be left out.
    const first = Math.min(omitted, kept - 1);
    const count = Math.max(measure.neighbours, LOCAL_NEIGHBOURS) + first;
    const { values, places } = largestProducts(query, images, count, halves);
    const nearest = tf.slice(squaredDistances(query, values), [0, first], [
      -1,
      Math.min(measure.neighbours, kept - first),
    ]);
    const own = tf.mean(tf.gather(scales, tf.slice(places, [0, first])), 1);
    const far = measure.whole
      ? tf.mul(tf.log(tf.add(tf.mean(nearest, 1), residual)), 0.5)
      : tf.log(tf.mean(tf.sqrt(nearest), 1));
    return tf.sub(far, tf.mul(own, measure.scale)) as Tensor1D;
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
    const searches = Object.values(this.#searches);
    tf.dispose([
      this.#mean,
      this.#directions,
      ...searches.flatMap((search) => Object.values(search)),
    ]);
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
