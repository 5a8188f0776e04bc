/** Nearest neighbours: an image is as strange as it is far from the closest training images. */

import {
  largestProducts,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tf,
} from "../../compute/mod.ts";
import { StrayError } from "../../errors.ts";
import { sizeOf } from "../../shape.ts";
import { spread } from "../../spread.ts";
import type { LearningData } from "../../training/mod.ts";
import type { Capable, Model, StoredWeights } from "../model.ts";
import { vectorsOf } from "../neighbours/in_parts.ts";
import { withSafeMagnitude } from "./_safe_magnitude.ts";
import { gaussianBlur } from "./gaussian_blur.ts";
import type { DistanceKnnSpec } from "./spec.ts";

/** A model that encodes images. */
type Encoder = Capable<"encode">;

/** Name prefix of the encoder's weights. */
export const ENCODER_PREFIX = "model/";

/** Maximum number of samples kept: 85,598 images of 28 x 28, in 256 MiB. */
const MAX_KNN_SAMPLES = 1 << 26;

/** Squared length above which squared distances may be too large for float32. */
const MAX_SQUARE = 2 ** 126;

/** Length below which an image counts as black, which has no direction. */
const BLACK = 1e-12;

/** Rounding of a product of float32 vectors, per square root of their length. */
const ROUNDING = 4 * 2 ** -24;

/**
 * Mean distance to the nearest kept images (Ramaswamy, Rastogi and Shim 2000; the mean of k as in
 * Angiulli and Pizzuti 2002).
 *
 * Distances come from matrix products; a squared Euclidean distance is a difference of squared lengths, and
 * only as exact as those.
 */
export class Knn implements Model {
  readonly spec: DistanceKnnSpec;
  /** Latents, where those are compared. */
  readonly encode?: (x: Tensor) => Tensor;
  /** As the encoder needs it. */
  readonly prepare?: (x: Tensor) => Promise<void>;
  readonly #images: Float32Array;
  readonly #encoder: Encoder | undefined;
  /** The kept images, `[images, samples]`. */
  readonly #kept: Tensor2D;
  /** Half of their squared lengths, for `euclidean`. */
  readonly #halves: Tensor1D | undefined;

  /**
   * @param spec The model as data.
   * @param images The kept images or latents, as {@linkcode vectors} makes them.
   * @param encoder The model whose latents are compared; disposed of with this model.
   * @throws {TypeError} If there is no image, or part of an image.
   */
  constructor(spec: DistanceKnnSpec, images: Float32Array, encoder?: Encoder) {
    this.spec = spec;
    this.#images = images;
    this.#encoder = encoder;
    if (encoder) {
      this.encode = (x) => encoder.encode(x);
      this.prepare = async (x) => await encoder.prepare?.(x);
    }
    const size = comparedSize(spec), count = images.length / size;
    if (count < 1 || !Number.isInteger(count)) {
      throw new TypeError(`Cannot keep images as there must be 1 or more: current number ${count}`);
    }
    const kept = this.#kept = tf.tensor2d(images, [count, size]);
    this.#halves = spec.metric === "euclidean"
      ? tf.tidy(() => tf.mul<Tensor1D>(tf.sum(tf.square(kept), 1), 0.5))
      : undefined;
  }

  /** `distance`: the mean distance to the nearest images, the only score. */
  scores(names: readonly string[], x: Tensor): Tensor1D[] {
    return names.map(() => this.#distance(x));
  }

  /**
   * The scores of kept images, each without itself: without the nearest image, which is the image
   * itself or one like it.
   */
  leaveOneOut(names: readonly string[], x: Tensor): Tensor1D[] {
    return names.map(() => this.#distance(x, 1));
  }

  /** The mean distance to the nearest images, without the `omitted` nearest. */
  #distance(x: Tensor, omitted = 0): Tensor1D {
    const { metric } = this.spec;
    const query = vectors(x, this.spec, this.#encoder);
    const count = this.spec.neighbours + omitted;
    const all = largestProducts(query, this.#kept, count, this.#halves).values;
    const nearest = omitted === 0 ? all : tf.slice(all, [0, omitted]);
    // Rounding of a product of so many numbers, relative to the squared lengths: an image that is kept
    // must be at a distance of 0.
    const rounding = ROUNDING * Math.sqrt(query.shape[1]);
    if (metric === "cosine") return tf.mean(zeroBelow(tf.sub(1, nearest), rounding), 1);
    const lengths = tf.sum<Tensor>(tf.square(query), 1, true);
    const squares = tf.sub(lengths, tf.mul(nearest, 2));
    return tf.mean(tf.sqrt(zeroBelow(squares, tf.mul(lengths, rounding))), 1);
  }

  /** The kept images, not copied as they are large, and a copy of the encoder's values. */
  async snapshot(): Promise<StoredWeights> {
    const size = comparedSize(this.spec);
    const shape = [this.#images.length / size, size];
    const encoder = await this.#encoder?.snapshot() ?? new Map();
    return new Map([
      ["images", { shape, data: this.#images }],
      ...[...encoder].map(([name, values]) => [ENCODER_PREFIX + name, values] as const),
    ]);
  }

  /** Frees the kept images and the encoder. */
  dispose(): void {
    this.#encoder?.dispose();
    tf.dispose([this.#kept, ...this.#halves ? [this.#halves] : []]);
  }
}

/** Values with 0 in place of those up to a limit. */
function zeroBelow(values: Tensor, limit: Tensor | number): Tensor {
  return tf.where(tf.greater(values, limit), values, tf.zerosLike(values));
}

/** Numbers per image that are compared. */
function comparedSize({ inputShape, latents }: DistanceKnnSpec): number {
  return latents?.size ?? sizeOf(inputShape);
}

/**
 * Asserts that latents are of the size that the spec gives.
 *
 * @throws {TypeError} If those of a black image are not.
 */
export async function requireLatents(spec: DistanceKnnSpec, encoder: Encoder): Promise<void> {
  const black: Tensor = tf.zeros([1, ...encoder.spec.inputShape]), size = comparedSize(spec);
  try {
    await encoder.prepare?.(black);
    const latent = tf.tidy(() => encoder.encode(black).size);
    if (latent === size) return;
    throw new TypeError(`Cannot keep latents as their size must be ${size}: it is ${latent}`);
  } finally {
    black.dispose();
  }
}

/**
 * The vectors that are compared: latents, or blurred pixels; for `cosine` scaled to length 1.
 *
 * @param x Images, `[batch, height, width, channels]`.
 * @param spec The model.
 * @param encoder The model whose latents are compared.
 * @returns `[batch, samples]`.
 */
function vectors(x: Tensor, { blur, metric }: DistanceKnnSpec, encoder?: Encoder): Tensor2D {
  const seen = encoder ? encoder.encode(x) : gaussianBlur(x, blur);
  const rows = tf.reshape<tf.Rank.R2>(seen, [x.shape[0]!, -1]);
  if (metric === "euclidean") return rows;
  const safe = withSafeMagnitude(rows);
  return tf.div(safe, tf.maximum(tf.norm(safe, 2, 1, true), BLACK));
}

/**
 * Keeps training images or their latents, evenly spread; memory may allow fewer than the spec.
 *
 * @param spec The model.
 * @param data The images.
 * @param encoder The model whose latents are compared.
 * @throws {StrayError} `value` If float32 cannot hold the squared lengths that `euclidean` takes.
 */
export async function keepImages(
  spec: DistanceKnnSpec,
  { images, split: { training } }: LearningData,
  encoder?: Encoder,
): Promise<Knn> {
  const size = comparedSize(spec);
  const most = Math.min(
    spec.keep ?? Infinity,
    Math.max(1, Math.floor(MAX_KNN_SAMPLES / size)),
  );
  const chosen = spread(training, most);
  if (encoder) await requireLatents(spec, encoder);
  const compared = (x: Tensor) => vectors(x, spec, encoder);
  const kept = await vectorsOf(images, chosen, size, compared, (x) => encoder?.prepare?.(x));
  if (spec.metric === "euclidean") requireSquares(kept, size);
  return new Knn(spec, kept, encoder);
}

/** Refuses vectors whose squared lengths float32 cannot hold. */
function requireSquares(vectors: Float32Array, size: number): void {
  for (let from = 0; from < vectors.length; from += size) {
    let square = 0;
    for (let i = from; i < from + size; i++) square += vectors[i]! ** 2;
    if (square <= MAX_SQUARE) continue;
    throw new StrayError(
      "value",
      "Cannot compare by euclidean distance as samples must have squares that float32 can add up",
      { hint: "bring samples to [0, 1] by --scale, or compare by --metric cosine" },
    );
  }
}
