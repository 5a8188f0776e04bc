/** Nearest neighbours whose distances count relative to their own distances from each other. */

import {
  largestProducts,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tf,
} from "../../compute/mod.ts";

/** Smallest squared distance: the logarithm of 0 is no score. */
export const MIN_SQUARE = 1e-9;
/** Neighbours whose own distances are averaged. */
export const LOCAL_NEIGHBOURS = 10;
/** Nearest vectors whose distances are averaged, and the share of the neighbours' own log distance. */
export const LOCAL_SCALE = { neighbours: 3, scale: 1 / 2 } as const;

/** Vectors to search. */
export class NearestRows {
  readonly #rows: Tensor2D;
  readonly #halves: Tensor1D;

  /** @param rows `[vectors, size]`; disposed of with this object. */
  constructor(rows: Tensor2D) {
    this.#rows = rows;
    this.#halves = tf.tidy(() => tf.mul<Tensor1D>(tf.sum(tf.square(rows), 1), 0.5));
  }

  /** Number of vectors. */
  get count(): number {
    return this.#rows.shape[0];
  }

  /** Numbers per vector. */
  get size(): number {
    return this.#rows.shape[1];
  }

  /**
   * Finds the nearest vectors.
   *
   * @param query `[batch, size]`.
   * @param count Number of vectors to find for each; at most all are.
   * @returns Squared distances, nearest first, at least {@linkcode MIN_SQUARE}, and the places of the vectors,
   * both `[batch, count]`.
   */
  search(
    query: Tensor2D,
    count: number,
  ): { readonly squares: Tensor2D; readonly places: Tensor2D } {
    const { values, places } = largestProducts(query, this.#rows, count, this.#halves);
    const lengths = tf.sum(tf.square(query), 1, true);
    const squares = tf.maximum<Tensor2D>(tf.sub(lengths, tf.mul(values, 2)), MIN_SQUARE);
    return { squares, places };
  }

  /** Frees the vectors. */
  dispose(): void {
    tf.dispose([this.#rows, this.#halves]);
  }
}

/** The nearest of some vectors, `[batch, count]` each. */
export interface Neighbours {
  /** Squared distances, nearest first. */
  readonly squares: Tensor2D;
  /** The log of the neighbours' own distances. */
  readonly scales: Tensor2D;
}

/**
 * Vectors with the log of each one's distance to its own nearest.
 *
 * A distance counts relative to the distances that its neighbours have from each other: a handwriting with
 * few examples is far from all others without being strange (the local scale of Breunig et al. 2000,
 * "LOF", as a factor of its own).
 */
export class LocalNeighbours {
  readonly #rows: NearestRows;
  readonly #scales: Tensor1D;

  /**
   * @param rows `[vectors, size]`; disposed of with this object.
   * @param scales Per vector, as `ownDistances` gives them.
   */
  constructor(rows: Tensor2D, scales: Float32Array) {
    this.#rows = new NearestRows(rows);
    this.#scales = tf.tensor1d(scales);
  }

  /**
   * Finds the nearest vectors.
   *
   * @param query `[batch, size]`.
   * @param count Number of vectors to find for each; at most all are.
   * @param omitted Number of nearest vectors to leave out; the only one there is stays. @default {0}
   */
  nearest(query: Tensor2D, count: number, omitted = 0): Neighbours {
    const first = Math.min(omitted, this.#rows.count - 1);
    const { squares, places } = this.#rows.search(query, count + first);
    const others = (columns: Tensor2D) => first > 0 ? tf.slice(columns, [0, first]) : columns;
    const scales = tf.gather<Tensor>(this.#scales, others(places)) as Tensor2D;
    return { squares: others(squares), scales };
  }

  /** Numbers per vector. */
  get size(): number {
    return this.#rows.size;
  }

  /** Frees the vectors. */
  dispose(): void {
    this.#rows.dispose();
    this.#scales.dispose();
  }
}

/** The first columns, or all where there are fewer. */
export function firstColumns(x: Tensor2D, count: number): Tensor2D {
  return tf.slice(x, 0, [-1, Math.min(count, x.shape[1])]);
}

/** The log of the mean distance to the nearest few, `[batch]`. */
export function logDistance(squares: Tensor2D, neighbours: number): Tensor1D {
  return tf.log(tf.mean(tf.sqrt(firstColumns(squares, neighbours)), 1));
}

/**
 * The log of the distance to the nearest few and to the plane that they lie in, `[batch]`: 1/2 log(mean of
 * squared distances + squared distance from the plane).
 *
 * @param squares Squared distances within the plane, nearest first.
 * @param residual Squared distances from the plane, `[batch]`.
 * @param neighbours How many are averaged.
 */
export function logWholeDistance(
  squares: Tensor2D,
  residual: Tensor1D,
  neighbours: number,
): Tensor1D {
  const nearest = tf.mean(firstColumns(squares, neighbours), 1);
  return tf.mul(tf.log(tf.add(nearest, residual)), 0.5) as Tensor1D;
}

/**
 * log(mean of 3 distances) - 1/2 mean over 10 neighbours of their log s, with s the mean distance to 3
 * others.
 *
 * @param neighbours The nearest 10.
 * @returns `[batch]`.
 */
export function localScore({ squares, scales }: Neighbours): Tensor1D {
  const far = logDistance(squares, LOCAL_SCALE.neighbours);
  return tf.sub(far, tf.mul(tf.mean(scales, 1), LOCAL_SCALE.scale));
}
