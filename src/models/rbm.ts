/** Restricted Boltzmann machines: how likely an image is under a layer of hidden switches. */

import { pixelLoss, type Tensor, type Tensor1D, tf, type Variable } from "../compute/mod.ts";
import type { Random } from "../random.ts";
import { sizeOf } from "./layers.ts";
import type { ImageErrors, Model, Weights } from "./model.ts";
import type { Parameter } from "./network.ts";
import { copyParameters, setParameters } from "./parameters.ts";
import type { RbmSpec } from "./spec.ts";

/** Standard deviation of the first weights (Hinton, section 8). */
const DEVIATION = 0.01;
/** How near to 0 and 1 a pixel's first probability may be. */
const LEAST = 0.01;

/**
 * A restricted Boltzmann machine of binary units, pixels in [0, 1] being probabilities (Hinton 2012, "A
 * practical guide to training restricted Boltzmann machines").
 */
export class Rbm implements Model {
  readonly spec: RbmSpec;
  readonly #kernel: Variable;
  readonly #visible: Variable;
  readonly #hidden: Variable;

  /**
   * @param spec What it is.
   * @param random Where the initial values come from.
   */
  constructor(spec: RbmSpec, random: Random) {
    this.spec = spec;
    const size = sizeOf(spec.inputShape);
    const values = Float32Array.from(
      { length: size * spec.hidden },
      () => DEVIATION * random.normal(),
    );
    this.#kernel = tf.tidy(() => tf.variable(tf.tensor2d(values, [size, spec.hidden])));
    this.#visible = tf.tidy(() => tf.variable(tf.zeros([size])));
    this.#hidden = tf.tidy(() => tf.variable(tf.zeros([spec.hidden])));
  }

  /** All parameters, by name. */
  get parameters(): readonly Parameter[] {
    const named = { kernel: this.#kernel, visible: this.#visible, hidden: this.#hidden };
    return Object.entries(named).map(([name, value]) => ({
      name,
      shape: value.shape,
      trainable: true,
      value,
    }));
  }

  /** What the optimiser moves: weights, biases of pixels, biases of hidden units. */
  get trainable(): Variable[] {
    return this.parameters.map(({ value }) => value);
  }

  /**
   * Lets the pixels start as probable as they are (Hinton, section 8.1). Otherwise hidden units have to
   * explain what all images share, and without them the machine dreams of grey noise.
   *
   * @param mean The mean of the images, in [0, 1].
   */
  startFrom(mean: Float32Array): void {
    const biases = mean.map((value) => {
      const p = Math.min(1 - LEAST, Math.max(LEAST, value));
      return Math.log(p / (1 - p));
    });
    tf.tidy(() => this.#visible.assign(tf.tensor1d(biases)));
  }

  /**
   * The gradient of contrastive divergence (Hinton 2002), of -log p a mean over the batch.
   *
   * @param x Images, `[batch, height, width, channels]`.
   * @param uniform Draws deviates in [0, 1).
   * @param of Images of the batch, where these are a share of it. @default {all}
   * @returns One gradient a variable, in the order of `trainable`.
   */
  gradients(
    x: Tensor,
    uniform: (shape: readonly number[]) => Tensor,
    of: number = x.shape[0]!,
  ): Tensor[] {
    return tf.tidy(() => {
      const batch = x.shape[0]!;
      const data = tf.reshape(x, [batch, -1]);
      const first = this.#hiddenOf(data);
      let hidden = first, dream = data;
      for (let step = 0; step < this.spec.steps; step++) {
        const switches = tf.cast(tf.less(uniform([batch, this.spec.hidden]), hidden), "float32");
        dream = tf.sigmoid(this.#logits(switches));
        hidden = this.#hiddenOf(dream);
      }
      const difference = (dreamt: Tensor, seen: Tensor) => tf.div(tf.sub(dreamt, seen), of);
      return [
        difference(tf.matMul(dream, hidden, true), tf.matMul(data, first, true)),
        difference(tf.sum(dream, 0), tf.sum(data, 0)),
        difference(tf.sum(hidden, 0), tf.sum(first, 0)),
      ];
    });
  }

  /** What images lose when the hidden units' probabilities draw them again. */
  errors(x: Tensor): ImageErrors {
    const logits = this.#logits(this.encode(x));
    const reconstruction = tf.reshape(tf.sigmoid(logits), x.shape);
    return { reconstruction, loss: pixelLoss(tf.reshape(x, logits.shape), logits, "bce") };
  }

  /** `free-energy`: -log of the image's probability, but for a constant that all images share. */
  score(name: string, x: Tensor): Tensor1D | undefined {
    if (name !== "free-energy") return undefined;
    const rows = tf.reshape(x, [x.shape[0]!, -1]);
    const inputs = tf.add(tf.matMul(rows, this.#kernel as tf.Tensor2D), this.#hidden);
    const energy = tf.add(
      tf.sum(tf.mul(rows, this.#visible), 1),
      tf.sum(tf.softplus(inputs), 1),
    );
    return tf.neg(energy) as Tensor1D;
  }

  /** The probabilities of the hidden units, `[batch, hidden]`. */
  encode(x: Tensor): Tensor {
    return this.#hiddenOf(tf.reshape(x, [x.shape[0]!, -1]));
  }

  /** The images that hidden units draw, `[batch, ...inputShape]`. */
  decode(codes: Tensor): Tensor {
    return tf.reshape(tf.sigmoid(this.#logits(codes)), [codes.shape[0]!, ...this.spec.inputShape]);
  }

  /** A copy of all parameters' values, by name. */
  snapshot(): Promise<Weights> {
    return copyParameters(this.parameters);
  }

  /** Sets all parameters. */
  restore(weights: ReadonlyMap<string, { shape: readonly number[]; data: Float32Array }>): void {
    setParameters(this.parameters, weights);
  }

  /** Frees the parameters. */
  dispose(): void {
    tf.dispose(this.trainable);
  }

  #hiddenOf(rows: Tensor): Tensor {
    return tf.sigmoid(tf.add(tf.matMul(rows, this.#kernel), this.#hidden));
  }

  #logits(hidden: Tensor): Tensor {
    return tf.add(tf.matMul(hidden, this.#kernel, false, true), this.#visible);
  }
}
