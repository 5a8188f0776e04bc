/** Principal component analysis: the best linear autoencoder. */

import { type Tensor, type Tensor1D, tf } from "../../compute/mod.ts";
import { sizeOf } from "../../shape.ts";
import type { ImageErrors, Model, Weights } from "../model.ts";
import { type ModelImplementation, NOTHING_LEARNT } from "../model_type.ts";
import { once } from "../network/lazy_errors.ts";
import { weightsOf } from "../network/parameters.ts";
import { errorMaps, reconstructionScore } from "../network/reconstruction_scores.ts";
import { type Components, principalComponents } from "./principal_components.ts";
import type { PcaSpec } from "./spec.ts";

/**
 * Principal components (Pearson 1901): an image is as strange as its residual outside the plane of
 * the directions of greatest variance.
 */
export class Pca implements Model {
  readonly spec: PcaSpec;
  readonly #components: Components;
  readonly #mean: Tensor;
  readonly #directions: Tensor;

  /**
   * @param spec The model as data.
   * @param components `spec.components` components of the images.
   * @throws {TypeError} If they do not fit the images.
   */
  constructor(spec: PcaSpec, components: Components) {
    const size = sizeOf(spec.inputShape);
    const { mean, directions } = components;
    if (mean.length !== size || directions.length !== size * spec.components) {
      throw new TypeError(`Cannot use components as their length must be ${size}`);
    }
    this.spec = spec;
    this.#components = components;
    this.#mean = tf.tensor2d(mean.slice(), [1, size]);
    this.#directions = tf.tensor2d(directions.slice(), [spec.components, size]);
  }

  /** The components of each image, `[batch, components]`. */
  encode(x: Tensor): Tensor {
    const rows = tf.reshape(x, [x.shape[0]!, -1]);
    return tf.matMul(tf.sub(rows, this.#mean), this.#directions, false, true);
  }

  /** The images of components; values may leave [0, 1]. */
  decode(codes: Tensor): Tensor {
    const rows = tf.add(tf.matMul(codes, this.#directions), this.#mean);
    return tf.reshape(rows, [codes.shape[0]!, ...this.spec.inputShape]);
  }

  /** The error of each pixel, `[batch, height, width]`. */
  errorMaps(x: Tensor): Tensor {
    return errorMaps(x, this.errors(x).reconstruction);
  }

  /** Computes scores of the reconstruction. */
  scores(names: readonly string[], x: Tensor): Tensor1D[] {
    const errors = once(() => this.errors(x));
    return names.map((name) => reconstructionScore(name, x, errors()));
  }

  /** Reconstructs images; values may leave [0, 1]. */
  errors(x: Tensor): ImageErrors {
    const reconstruction = this.decode(this.encode(x));
    const squares = tf.reshape(tf.squaredDifference(x, reconstruction), [x.shape[0]!, -1]);
    return { reconstruction, loss: tf.sum(squares, 1) };
  }

  /** Copies mean, directions and variances. */
  snapshot(): Promise<Weights> {
    const { mean, directions, variances } = this.#components;
    const { components } = this.spec;
    return Promise.resolve(
      new Map([
        ["mean", { shape: [mean.length], data: mean.slice() }],
        ["directions", { shape: [components, mean.length], data: directions.slice() }],
        ["variances", { shape: [components], data: variances.slice() }],
      ]),
    );
  }

  /** Frees the components. */
  dispose(): void {
    tf.dispose([this.#mean, this.#directions]);
  }
}

/** The computing part of the type. */
export const PCA_IMPLEMENTATION: ModelImplementation<PcaSpec> = {
  open: (spec, weights) =>
    new Pca(spec, {
      mean: weightsOf(weights, "mean"),
      directions: weightsOf(weights, "directions"),
      variances: weightsOf(weights, "variances"),
    }),
  async fit(spec, { images, split: { training } }, { random }) {
    const size = images.imageSize;
    const read = (from: number, to: number) => {
      const values = new Float32Array((to - from) * size);
      images.gather(training.subarray(from, to), values);
      return values;
    };
    const rows = { count: training.length, size, read };
    const components = await principalComponents(rows, spec.components, random);
    return { model: new Pca(spec, components), result: NOTHING_LEARNT };
  },
};
