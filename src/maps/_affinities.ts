/** Affinities of t-SNE: how probable each point takes each of its neighbours. */

import { nearest, type Points } from "./nearest.ts";

/** A sparse symmetric matrix in compressed rows. */
export interface Affinities {
  /** Start of each row in `columns` and `values`; one more than there are rows. */
  readonly starts: Uint32Array;
  /** Column of each entry. */
  readonly columns: Uint32Array;
  /** Value of each entry; all sum to 1. */
  readonly values: Float64Array;
}

/**
 * Symmetric Gaussian affinities, with a width per point that gives all the same perplexity.
 *
 * Source: van der Maaten and Hinton 2008, section 2; restricted to the nearest neighbours, three times the
 * perplexity, as in van der Maaten 2014 (arXiv 1301.3342), section 4.1.
 *
 * @param points Coordinates, point by point.
 * @param count Number of points.
 * @param perplexity The effective number of neighbours, below `count`.
 * @returns The affinities.
 */
export function computeAffinities(points: Points, count: number, perplexity: number): Affinities {
  const k = Math.min(count - 1, Math.floor(3 * perplexity + 1));
  const { indices, squaredDistances } = nearest(points, points, {
    dimensions: points.length / count,
    k,
    others: true,
  });
  const conditional = new Float64Array(count * k), entropy = Math.log(perplexity);
  for (let i = 0; i < count; i++) {
    const distances = squaredDistances.subarray(i * k, (i + 1) * k);
    conditionalAffinities(distances, entropy, conditional.subarray(i * k));
  }
  return symmetrise(indices, conditional, count, k);
}

/** Writes one point's affinities with an entropy in nats, found by bisection of the precision. */
function conditionalAffinities(
  squaredDistances: Float64Array,
  entropy: number,
  out: Float64Array,
): void {
  const least = squaredDistances[0]!;
  let precision = 1, low = 0, high = Infinity;
  for (let round = 0; round < 100; round++) {
    let sum = 0, moment = 0;
    for (let j = 0; j < squaredDistances.length; j++) {
      const distance = squaredDistances[j]! - least;
      const weight = Math.exp(-precision * distance);
      out[j] = weight;
      sum += weight;
      moment += weight * distance;
    }
    for (let j = 0; j < squaredDistances.length; j++) out[j]! /= sum;
    const excess = Math.log(sum) + precision * moment / sum - entropy;
    if (Math.abs(excess) < 1e-5) return;
    if (excess > 0) {
      low = precision;
      precision = high === Infinity ? precision * 2 : (low + high) / 2;
    } else {
      high = precision;
      precision = (low + high) / 2;
    }
  }
}

/** (affinity of j given i + affinity of i given j) / 2 count. */
function symmetrise(
  neighbours: Uint32Array,
  conditional: Float64Array,
  count: number,
  k: number,
): Affinities {
  // The transpose: the points that have i as a neighbour, with their affinities.
  const ends = new Uint32Array(count + 1);
  for (const j of neighbours) ends[j + 1]!++;
  for (let i = 0; i < count; i++) ends[i + 1]! += ends[i]!;
  const owners = new Uint32Array(count * k), transposed = new Float64Array(count * k);
  const next = ends.slice();
  for (let edge = 0; edge < neighbours.length; edge++) {
    const at = next[neighbours[edge]!]!++;
    owners[at] = Math.floor(edge / k);
    transposed[at] = conditional[edge]!;
  }
  const starts = new Uint32Array(count + 1);
  const columns = new Uint32Array(2 * count * k), values = new Float64Array(2 * count * k);
  const place = new Int32Array(count).fill(-1);
  let end = 0;
  for (let i = 0; i < count; i++) {
    const add = (j: number, affinity: number) => {
      if (place[j]! < starts[i]!) {
        place[j] = end;
        columns[end] = j;
        values[end++] = 0;
      }
      values[place[j]!]! += affinity / (2 * count);
    };
    for (let edge = i * k; edge < (i + 1) * k; edge++) add(neighbours[edge]!, conditional[edge]!);
    for (let at = ends[i]!; at < ends[i + 1]!; at++) add(owners[at]!, transposed[at]!);
    starts[i + 1] = end;
  }
  return { starts, columns: columns.slice(0, end), values: values.slice(0, end) };
}
