/**
 * Nearest neighbours: an image is as strange as it is far from the closest images of the training.
 *
 * Nothing is learnt, so this is what every network is to be judged against.
 */

import { type Tensor, type Tensor1D, type Tensor2D, tf } from "../compute/mod.ts";
import { gaussianBlur } from "./gaussian_blur.ts";
import { sizeOf } from "./layers.ts";
import type { Model, Weights } from "./model.ts";
import type { KnnSpec } from "./spec.ts";

/** A model that makes latents of images. */
export type Encoder = Model & Required<Pick<Model, "encode">>;

/** What the names of the values of the model that makes the latents begin with. */
const MODEL = "model/";

/** Samples of the images that are kept at most: 85,598 images of 28 x 28, in 256 MiB. */
export const MOST_KNN_SAMPLES = 1 << 26;

/** Samples of the kept images that are multiplied at a time. */
const BLOCK_SAMPLES = 1 << 22;
/** Length below which an image counts as black, which has no direction. */
const BLACK = 1e-12;

/** Kept images; with `euclidean`, half of their squared lengths too. */
interface Block {
  readonly images: Tensor2D;
  readonly halves?: Tensor1D;
}

/**
 * Mean distance to the nearest of the kept images (Ramaswamy, Rastogi and Shim 2000; the mean of k as
 * Angiulli and Pizzuti 2002).
 *
 * Distances come of products of matrices, a block of images at a time; a squared Euclidean distance is
 * the difference of numbers of the size of the images' squared lengths, and as exact as those.
 */
export class Knn implements Model {
  readonly spec: KnnSpec;
  /** The latents that are compared, where they are. */
  readonly encode?: (x: Tensor) => Tensor;
  readonly #images: Float32Array;
  readonly #encoder: Encoder | undefined;
  readonly #blocks: Block[] = [];

  /**
   * @param spec What it is.
   * @param images The images to keep, or their latents, as {@linkcode prepareForKnn} makes them.
   * @param encoder What makes the latents, if the model has some; disposed of with the model.
   * @throws {TypeError} If there is none, or not all of one, or the latents are of another size.
   */
  constructor(spec: KnnSpec, images: Float32Array, encoder?: Encoder) {
    this.spec = spec;
    this.#images = images;
    this.#encoder = encoder;
    if (encoder) this.encode = (x) => encoder.encode(x);
    const size = compared(spec), count = images.length / size;
    const latent = encoder ? latentSize(encoder) : size;
    if (latent !== size) {
      throw new TypeError(`Cannot keep latents as their size must be ${size}: it is ${latent}`);
    }
    if (count < 1 || !Number.isInteger(count)) {
      throw new TypeError(`Cannot keep images as there must be 1 or more: current number ${count}`);
    }
    const rows = Math.max(1, Math.floor(BLOCK_SAMPLES / size));
    for (let start = 0; start < count; start += rows) {
      const part = images.slice(start * size, (start + rows) * size);
      this.#blocks.push(tf.tidy(() => {
        const block = tf.keep(tf.tensor2d(part, [part.length / size, size]));
        if (spec.metric === "cosine") return { images: block };
        return {
          images: block,
          halves: tf.keep(tf.mul<Tensor1D>(tf.sum(tf.square(block), 1), 0.5)),
        };
      }));
    }
  }

  /** `distance`: the mean distance to the nearest images. */
  score(name: string, x: Tensor): Tensor1D | undefined {
    if (name !== "distance") return undefined;
    const { metric } = this.spec;
    const query = prepareForKnn(x, this.spec, this.#encoder);
    const nearest = this.#largest(query);
    if (metric === "cosine") return tf.mean(tf.sub(1, nearest), 1);
    const squares = tf.sub(tf.sum(tf.square(query), 1, true), tf.mul(nearest, 2));
    return tf.mean(tf.sqrt(tf.relu(squares)), 1);
  }

  /** The largest products with a kept image, less half its squared length: those of the nearest. */
  #largest(query: Tensor2D): Tensor {
    let best: Tensor | undefined;
    for (const { images, halves } of this.#blocks) {
      best = tf.tidy(() => {
        const products = tf.matMul(query, images, false, true);
        const found = largest(halves ? tf.sub(products, halves) : products, this.spec.neighbours);
        return best ? largest(tf.concat([best, found], 1), this.spec.neighbours) : found;
      });
    }
    return best!;
  }

  /** The kept images: no copy, as they are many; and a copy of what makes the latents. */
  async snapshot(): Promise<Weights> {
    const size = compared(this.spec);
    const shape = [this.#images.length / size, size];
    const encoder = await this.#encoder?.snapshot() ?? new Map();
    return new Map([
      ["images", { shape, data: this.#images }],
      ...[...encoder].map(([name, values]) => [MODEL + name, values] as const),
    ]);
  }

  /** Frees the kept images, and what makes the latents. */
  dispose(): void {
    this.#encoder?.dispose();
    for (const { images, halves } of this.#blocks) tf.dispose(halves ? [images, halves] : images);
  }
}

/** The largest numbers of each row. */
function largest(x: Tensor, count: number): Tensor {
  const most = Math.min(count, x.shape[1]!);
  return most === 1 ? tf.max(x, 1, true) : tf.topk(x, most, true).values;
}

/** How many numbers of an image are compared. */
function compared({ inputShape, latents }: KnnSpec): number {
  return latents?.size ?? sizeOf(inputShape);
}

/**
 * How many numbers a latent has: as many as that of an image that is black.
 *
 * @param encoder What makes latents.
 * @returns Numbers of one.
 */
export function latentSize(encoder: Encoder): number {
  return tf.tidy(() => encoder.encode(tf.zeros([1, ...encoder.spec.inputShape])).size);
}

/**
 * The values of the model that makes the latents, of those of all.
 *
 * @param weights Values by name, as {@linkcode Knn.snapshot} gives them.
 * @returns Those of the model within, by their names there.
 */
export function encoderWeights(weights: Readonly<Pick<Weights, typeof Symbol.iterator>>): Weights {
  return new Map(
    [...weights].filter(([name]) => name.startsWith(MODEL))
      .map(([name, values]) => [name.slice(MODEL.length), values]),
  );
}

/**
 * What is compared: the latents, or the blurred pixels; for `cosine` scaled to length 1.
 *
 * @param x Images, `[batch, height, width, channels]`.
 * @param spec The model.
 * @param encoder What makes the latents, if it is them.
 * @returns `[batch, samples]`.
 */
export function prepareForKnn(
  x: Tensor,
  { blur, metric }: KnnSpec,
  encoder?: Encoder,
): Tensor2D {
  const seen = encoder ? encoder.encode(x) : gaussianBlur(x, blur);
  const rows = tf.reshape<tf.Rank.R2>(seen, [x.shape[0]!, -1]);
  if (metric === "euclidean") return rows;
  return tf.div(rows, tf.maximum(tf.norm(rows, 2, 1, true), BLACK));
}
