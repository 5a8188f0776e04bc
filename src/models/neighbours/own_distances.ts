/** The distances of kept vectors from each other. */

import { type Tensor2D, tf } from "../../compute/mod.ts";
import { spread } from "../../spread.ts";
import { inParts } from "./in_parts.ts";
import { firstColumns, MIN_SQUARE, NearestRows } from "./local_neighbours.ts";

/** Kept vectors among which all have their neighbours. */
const MAX_REFERENCES = 10_000;

/**
 * The log of the mean distance of each vector to its nearest others, among at most 10,000.
 *
 * @param vectors The vectors, one after the other.
 * @param size Numbers per vector.
 * @param neighbours Nearest others whose distances are averaged.
 * @param columns Numbers of a vector that are compared, the first. @default {all}
 * @returns Per vector.
 */
export async function ownDistances(
  vectors: Float32Array,
  size: number,
  neighbours: number,
  columns: number = size,
): Promise<Float32Array> {
  const count = vectors.length / size;
  const chosen = spread(Uint32Array.from({ length: count }, (_, i) => i), MAX_REFERENCES);
  const references = new NearestRows(tf.tidy(() => {
    const rows = tf.gather(tf.tensor2d(vectors, [count, size]), Int32Array.from(chosen));
    return firstColumns(rows as Tensor2D, columns);
  }));
  // A reference finds itself first.
  const each = Math.min(neighbours + 1, chosen.length);
  try {
    const distances = await inParts(count, each, (from, to) =>
      tf.tidy(() => {
        const part = tf.tensor2d(vectors.subarray(from * size, to * size), [to - from, size]);
        return tf.sqrt(references.search(firstColumns(part, columns), each).squares);
      }));
    const isReference = new Uint8Array(count);
    for (const index of chosen) isReference[index] = 1;
    return Float32Array.from(isReference, (own, i) => {
      const nearest = distances.subarray(i * each, (i + 1) * each).subarray(own, own + neighbours);
      const sum = nearest.reduce((total, distance) => total + distance, 0);
      return Math.log(nearest.length > 0 ? sum / nearest.length : Math.sqrt(MIN_SQUARE));
    });
  } finally {
    references.dispose();
  }
}
