/** Images as principal components of the directions of their edges. */

import { type Tensor, type Tensor1D, type Tensor2D, tf } from "../../compute/mod.ts";
import type { Random } from "../../random.ts";
import type { ImageShape } from "../../shape.ts";
import { spread } from "../../spread.ts";
import type { LearningData } from "../../training/mod.ts";
import { inParts, vectorsOf } from "../neighbours/in_parts.ts";
import { MIN_SQUARE } from "../neighbours/local_neighbours.ts";
import { principalComponents } from "../pca/principal_components.ts";
import { orientedSize } from "./oriented.ts";
import { orientedFeatures } from "./oriented_features.ts";

/** Images from which the components are computed. */
const MAX_COMPONENT_IMAGES = 20_000;
/** Residual of a component relative to the largest variance: distances need no more digits. */
const TOLERANCE = 1e-5;

/** The plane of the principal components, as numbers. */
export interface PlaneValues {
  /** Mean of the features. */
  readonly mean: Float32Array;
  /** Principal components, unit vectors one after the other, in order of falling variance. */
  readonly directions: Float32Array;
}

/** The plane of the principal components of the directions of edges. */
export class OrientedPlane {
  readonly #mean: Tensor;
  readonly #directions: Tensor2D;

  /**
   * @param inputShape Shape of an image.
   * @param components Number of components.
   * @param values The plane.
   * @throws {TypeError} If its numbers are too few or too many.
   */
  constructor(inputShape: ImageShape, components: number, { mean, directions }: PlaneValues) {
    const size = orientedSize(inputShape);
    if (mean.length !== size || directions.length !== size * components) {
      throw new TypeError(`Cannot use components as their length must be ${size}`);
    }
    this.#mean = tf.tensor2d(mean, [1, size]);
    this.#directions = tf.tensor2d(directions, [components, size]);
  }

  /**
   * Projects features.
   *
   * @param features `[batch, orientedSize]`.
   * @returns Components, `[batch, components]`, and squared distances from the plane, `[batch]`.
   */
  project(
    features: Tensor2D,
  ): { readonly components: Tensor2D; readonly residual: Tensor1D } {
    const centred = tf.sub<Tensor2D>(features, this.#mean);
    const components = tf.matMul<Tensor2D>(centred, this.#directions, false, true);
    const length = (rows: Tensor2D) => tf.sum<Tensor1D>(tf.square(rows), 1);
    return {
      components,
      residual: tf.maximum(tf.sub(length(centred), length(components)), MIN_SQUARE),
    };
  }

  /** Frees the plane. */
  dispose(): void {
    tf.dispose([this.#mean, this.#directions]);
  }
}

/**
 * Finds the plane of some images, and their components.
 *
 * @param images All images.
 * @param kept Indices of the images.
 * @param components Number of components.
 * @param random Source of the first directions of the components.
 * @returns The plane, and the components of each image, one image after the other.
 */
export async function orientedComponents(
  images: LearningData["images"],
  kept: Uint32Array,
  components: number,
  random: Random,
): Promise<PlaneValues & { readonly images: Float32Array }> {
  const size = orientedSize(images.shape), chosen = spread(kept, MAX_COMPONENT_IMAGES);
  const features = await vectorsOf(images, chosen, size, orientedFeatures);
  const read = (from: number, to: number) => features.slice(from * size, to * size);
  const rows = { count: chosen.length, size, read };
  const { mean, directions } = await principalComponents(rows, components, random, TOLERANCE);
  const plane = new OrientedPlane(images.shape, components, { mean, directions });
  try {
    const all = chosen.length === kept.length
      ? await inParts(kept.length, components, (from, to) => {
        const part = features.subarray(from * size, to * size);
        return tf.tidy(() => plane.project(tf.tensor2d(part, [to - from, size])).components);
      })
      : await vectorsOf(
        images,
        kept,
        components,
        (x) => plane.project(orientedFeatures(x)).components,
      );
    return { mean, directions, images: all };
  } finally {
    plane.dispose();
  }
}
