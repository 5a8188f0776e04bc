/** Nearest neighbours by the directions of edges. */

import {
  largestProducts,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tf,
} from "../../compute/mod.ts";
import type { Random } from "../../random.ts";
import type { LearningData } from "../../training/mod.ts";
import { EventLoopYielder } from "../../yield_to_event_loop.ts";
import type { Model, StoredWeights, Weights } from "../model.ts";
import { weightsOf } from "../network/parameters.ts";
import { principalComponents } from "../pca/principal_components.ts";
import { orientedSize, PLANE_COMPONENTS } from "./oriented.ts";
import { orientedFeatures } from "./oriented_features.ts";
import type { OrientedKnnSpec } from "./spec.ts";

/** How a score measures. */
interface Measure {
  /** Components that it compares. */
  readonly components: (kept: number) => number;
  /** Nearest images whose distances are averaged. */
  readonly neighbours: number;
  /** Share of the neighbours' own log distance that is subtracted. */
  readonly scale: number;
  /** Whether distances are squared, and the squared distance from the plane of the components added. */
  readonly whole: boolean;
}

/** The scores, chosen on training images of MNIST; see the table of the tests. */
const MEASURES = {
  plane: {
    components: (kept) => Math.min(kept, PLANE_COMPONENTS),
    neighbours: 3,
    scale: 1 / 2,
    whole: false,
  },
  whole: { components: (kept) => kept, neighbours: 5, scale: 1 / 4, whole: true },
} as const satisfies Record<string, Measure>;

type MeasureName = keyof typeof MEASURES;
const NAMES = Object.keys(MEASURES) as MeasureName[];

/** Neighbours whose own distances are averaged. */
const LOCAL_NEIGHBOURS = 10;
/** Kept images among which those have their neighbours. */
const MAX_REFERENCES = 10_000;
/** Smallest squared distance: the logarithm of 0 is no score. */
const MIN_SQUARE = 1e-9;
/** Images from which the components are computed. */
const MAX_COMPONENT_IMAGES = 20_000;
/** Residual of a component relative to the largest variance: distances need no more digits. */
const TOLERANCE = 1e-5;
/** Images at a time. */
const PART = 256;

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
interface Search {
  readonly images: Tensor2D;
  readonly halves: Tensor1D;
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
    for (const name of NAMES) {
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
    return projected(x, this.#mean, this.#directions).components;
  }

  /** Computes scores. */
  scores(names: readonly string[], x: Tensor): Tensor1D[] {
    const { components, residual } = projected(x, this.#mean, this.#directions);
    return names.map((name) => this.#score(name as MeasureName, components, residual));
  }

  #score(name: MeasureName, components: Tensor2D, residual: Tensor1D): Tensor1D {
    const measure: Measure = MEASURES[name], { images, halves, scales } = this.#searches[name];
    const query = tf.slice(components, 0, [-1, images.shape[1]]);
    const count = Math.max(measure.neighbours, LOCAL_NEIGHBOURS);
    const { values, places } = largestProducts(query, images, count, halves);
    const nearest = tf.slice(squaredDistances(query, values), 0, [
      -1,
      Math.min(measure.neighbours, images.shape[0]),
    ]);
    const own = tf.mean(tf.gather(scales, places), 1);
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
        ...NAMES.map((name) => [`scales/${name}`, { shape: [count], data: scales[name] }] as const),
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

/** The first columns of the kept images, and half of their squared lengths. */
function searched(kept: Tensor2D, columns: number): Omit<Search, "scales"> {
  return tf.tidy(() => {
    const images = tf.slice(kept, 0, [-1, columns]);
    return { images, halves: tf.mul<Tensor1D>(tf.sum(tf.square(images), 1), 0.5) };
  });
}

/** Squared distances, at least {@linkcode MIN_SQUARE}, from products less half of the squared lengths. */
function squaredDistances(query: Tensor2D, products: Tensor2D): Tensor2D {
  const lengths = tf.sum(tf.square(query), 1, true);
  return tf.maximum<Tensor2D>(tf.sub(lengths, tf.mul(products, 2)), MIN_SQUARE);
}

/** The components of images, and their squared distance from the plane of the components. */
function projected(
  x: Tensor,
  mean: Tensor,
  directions: Tensor2D,
): { readonly components: Tensor2D; readonly residual: Tensor1D } {
  const centred = tf.sub<Tensor2D>(orientedFeatures(x), mean);
  const components = tf.matMul<Tensor2D>(centred, directions, false, true);
  const length = (rows: Tensor2D) => tf.sum<Tensor1D>(tf.square(rows), 1);
  return {
    components,
    residual: tf.maximum(tf.sub(length(centred), length(components)), MIN_SQUARE),
  };
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

/**
 * Keeps training images as components, evenly spread.
 *
 * @param spec The model.
 * @param data The images.
 * @param random Source of the first directions of the components.
 */
export async function keepOriented(
  spec: OrientedKnnSpec,
  { images, split: { training } }: LearningData,
  random: Random,
): Promise<OrientedKnn> {
  const { components, keep = Infinity } = spec, size = orientedSize(spec.inputShape);
  const kept = evenly(training, keep);
  const features = (indices: Uint32Array, compute: (x: Tensor) => Tensor) =>
    inParts(indices, async (part) => {
      const values = new Float32Array(part.length * images.imageSize);
      images.gather(part, values);
      const out = tf.tidy(() => compute(tf.tensor4d(values, [part.length, ...images.shape])));
      const data = Float32Array.from(await out.data());
      out.dispose();
      return data;
    });
  const chosen = evenly(kept, MAX_COMPONENT_IMAGES);
  const rows = await features(chosen, orientedFeatures);
  const { mean, directions } = await principalComponents(
    {
      count: chosen.length,
      size,
      read: (from, to) => rows.slice(from * size, to * size),
    },
    components,
    random,
    TOLERANCE,
  );
  const [meanTensor, directionTensor] = [
    tf.tensor2d(mean, [1, size]),
    tf.tensor2d(directions, [components, size]),
  ];
  try {
    const all = await features(
      kept,
      (x) => projected(x, meanTensor, directionTensor).components,
    );
    const scales = {
      plane: await ownDistances(all, components, MEASURES.plane),
      whole: await ownDistances(all, components, MEASURES.whole),
    };
    return new OrientedKnn(spec, { mean, directions, images: all, scales });
  } finally {
    tf.dispose([meanTensor, directionTensor]);
  }
}

/** Log of the mean distance of each kept image to its nearest others, among at most 10,000. */
async function ownDistances(
  kept: Float32Array,
  components: number,
  measure: Measure,
): Promise<Float32Array> {
  const count = kept.length / components, columns = measure.components(components);
  const all = Uint32Array.from({ length: count }, (_, i) => i);
  const references = evenly(all, MAX_REFERENCES);
  const isReference = new Uint8Array(count);
  for (const index of references) isReference[index] = 1;
  const { images, halves } = tf.tidy(() => {
    const tensor = tf.tensor2d(kept, [count, components]);
    return searched(tf.gather(tensor, Int32Array.from(references)), columns);
  });
  try {
    return await inParts(all, async (part) => {
      const [first, last] = [part[0]!, part.at(-1)! + 1];
      const nearest = tf.tidy(() => {
        const query = tf.slice(
          tf.tensor2d(kept.subarray(first * components, last * components), [
            part.length,
            components,
          ]),
          0,
          [-1, columns],
        );
        const { values } = largestProducts(query, images, measure.neighbours + 1, halves);
        return tf.sqrt(squaredDistances(query, values));
      });
      const distances = await nearest.data(), each = nearest.shape[1]!;
      nearest.dispose();
      return Float32Array.from(part, (index, i) => {
        // A reference finds itself first.
        const from = i * each + isReference[index]!,
          to = Math.min(from + measure.neighbours, (i + 1) * each);
        let sum = 0;
        for (let at = from; at < to; at++) sum += distances[at]!;
        return Math.log(to > from ? sum / (to - from) : Math.sqrt(MIN_SQUARE));
      });
    });
  } finally {
    tf.dispose([images, halves]);
  }
}

/** At most `most` of the indices, evenly spread. */
function evenly(indices: Uint32Array, most: number): Uint32Array {
  const count = Math.min(most, indices.length);
  return Uint32Array.from(
    { length: count },
    (_, i) => indices[Math.floor(i * indices.length / count)]!,
  );
}

/** The results of parts of the indices, one after the other. */
async function inParts(
  indices: Uint32Array,
  compute: (part: Uint32Array) => Promise<Float32Array>,
): Promise<Float32Array> {
  const yielder = new EventLoopYielder(), parts: Float32Array[] = [];
  for (let start = 0; start < indices.length; start += PART) {
    parts.push(await compute(indices.subarray(start, start + PART)));
    await yielder.yield();
  }
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
