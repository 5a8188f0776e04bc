/** Principal component analysis: the best linear autoencoder. */

import { type Tensor, tf } from "../compute/mod.ts";
import { sizeOf } from "./layers.ts";
import type { ImageErrors, Model, Weights } from "./model.ts";
import type { Components } from "./principal_components.ts";
import type { PcaSpec } from "./spec.ts";

/**
 * Principal components (Pearson 1901): an image is as strange as what is left of it when only its
 * components along some directions of greatest variance are kept.
 */
export class Pca implements Model {
  readonly spec: PcaSpec;
  readonly #components: Components;
  readonly #mean: Tensor;
  readonly #directions: Tensor;

  /**
   * @param spec What it is.
   * @param components Of images, `spec.components` of them.
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

  /** What images lose: a reconstruction may leave [0, 1]. */
  errors(x: Tensor): ImageErrors {
    const reconstruction = this.decode(this.encode(x));
    const squares = tf.reshape(tf.squaredDifference(x, reconstruction), [x.shape[0]!, -1]);
    return { reconstruction, loss: tf.sum(squares, 1) };
  }

  /** A copy of mean, directions and variances. */
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
