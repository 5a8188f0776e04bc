/** Nearest neighbours in the embedding of a classifier. */

import { type Tensor, type Tensor1D, type Tensor2D, type Tensor4D, tf } from "../../compute/mod.ts";
import type { LearningData, Task } from "../../training/mod.ts";
import type { StoredWeights, Weights } from "../model.ts";
import { weightsOf } from "../network/parameters.ts";
import { vectorsOf } from "./in_parts.ts";
import { LOCAL_NEIGHBOURS, LOCAL_SCALE, LocalNeighbours, localScore } from "./local_neighbours.ts";
import { ownDistances } from "./own_distances.ts";

/** Length below which an embedding counts as 0. */
const NOTHING = 1e-12;

/** Kept embeddings, as numbers. */
export interface EmbeddingValues {
  /** Unit vectors, one after the other. */
  readonly vectors: Float32Array;
  /** Per vector, the log of its distance to its own nearest. */
  readonly scales: Float32Array;
}

/** Names of the values in a model file. */
const VECTORS = "embedding/images", SCALES = "embedding/scales";

/** Embeddings scaled to length 1. */
function unit(embedding: Tensor2D): Tensor2D {
  return tf.div(embedding, tf.maximum(tf.norm(embedding, 2, 1, true), NOTHING));
}

/**
 * Embeds images and measures their distances from each other, for one member of a process group.
 *
 * @param images All images.
 * @param kept Indices of the images.
 * @param size Numbers per embedding.
 * @param embed Embeds a batch: `[batch, size]`.
 * @returns The work.
 */
export function embeddingTask(
  images: LearningData["images"],
  kept: Uint32Array,
  size: number,
  embed: (x: Tensor4D) => Tensor,
): Task<EmbeddingValues> {
  return {
    lengths: { vectors: kept.length * size, scales: kept.length },
    async compute() {
      const vectors = await vectorsOf(images, kept, size, (x) => unit(embed(x) as Tensor2D));
      return { vectors, scales: await ownDistances(vectors, size, LOCAL_SCALE.neighbours) };
    },
  };
}

/** The embeddings of training images, to search. */
export class EmbeddingNeighbours {
  readonly #values: EmbeddingValues;
  readonly #size: number;
  readonly #search: LocalNeighbours;

  /**
   * @param values The embeddings.
   * @param size Numbers per embedding.
   * @throws {TypeError} If their number is not that of the scales, or 0.
   */
  constructor(values: EmbeddingValues, size: number) {
    const { vectors, scales } = values, count = scales.length;
    if (count < 1 || vectors.length !== count * size) {
      throw new TypeError(
        `Cannot keep embeddings as their length must be ${count * size}, above 0: ` +
          `current length is ${vectors.length}`,
      );
    }
    this.#values = values;
    this.#size = size;
    this.#search = new LocalNeighbours(tf.tensor2d(vectors, [count, size]), scales);
  }

  /**
   * The distance of embeddings to the nearest, as `localScore` defines it.
   *
   * @param embedding `[batch, size]`, of any length.
   * @returns `[batch]`.
   */
  score(embedding: Tensor): Tensor1D {
    return localScore(this.#search.nearest(unit(embedding as Tensor2D), LOCAL_NEIGHBOURS));
  }

  /** The values for a model file, not copied. */
  weights(): Weights {
    const { vectors, scales } = this.#values;
    return new Map([
      [VECTORS, { shape: [scales.length, this.#size], data: vectors }],
      [SCALES, { shape: [scales.length], data: scales }],
    ]);
  }

  /** Frees the embeddings. */
  dispose(): void {
    this.#search.dispose();
  }
}

/** Reads the values of a model file. */
export function storedEmbeddings(weights: StoredWeights): EmbeddingValues {
  return { vectors: weightsOf(weights, VECTORS), scales: weightsOf(weights, SCALES) };
}

/** The values of a model file that are none of the embeddings'. */
export function withoutEmbeddings(weights: StoredWeights): StoredWeights {
  return new Map([...weights].filter(([name]) => name !== VECTORS && name !== SCALES));
}
