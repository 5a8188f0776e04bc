/** How much each point of a t-SNE belongs to each of its neighbours. */

import { nearest, type Points } from "./nearest.ts";

/** A symmetric matrix, row by row, of what is not 0. */
export interface Affinities {
  /** Where each row starts in the others; one more than there are rows. */
  readonly starts: Uint32Array;
  /** Columns. */
  readonly columns: Uint32Array;
  /** Values; all sum up to 1. */
  readonly values: Float64Array;
}

/**
 * Symmetric affinities of points: Gaussian, each as wide as gives its point the same perplexity.
 *
 * Source: van der Maaten and Hinton 2008, section 2; restricted to three times the perplexity nearest
 * neighbours as in van der Maaten 2014 (arXiv 1301.3342), section 4.1.
 *
 * @param points Coordinates, point by point.
 * @param count How many.
 * @param perplexity The effective number of neighbours, below `count`.
 * @returns The affinities.
 */
export function affinities(points: Points, count: number, perplexity: number): Affinities {
  const k = Math.min(count - 1, Math.floor(3 * perplexity + 1));
  const { indices, squares } = nearest(points, points, {
    dimensions: points.length / count,
    k,
    others: true,
  });
  const shares = new Float64Array(count * k);
  for (let i = 0; i < count; i++) {
    spread(squares.subarray(i * k, (i + 1) * k), Math.log(perplexity), shares.subarray(i * k));
  }
  return symmetric(indices, shares, count, k);
}

/** Shares of neighbours by their squared distances, of an entropy in nats; by bisection. */
function spread(squares: Float64Array, entropy: number, out: Float64Array): void {
  const nearestSquare = squares[0]!;
  let precision = 1, low = 0, high = Infinity;
  for (let round = 0; round < 100; round++) {
    let sum = 0, moment = 0;
    for (let j = 0; j < squares.length; j++) {
      const square = squares[j]! - nearestSquare;
      const weight = Math.exp(-precision * square);
      out[j] = weight;
      sum += weight;
      moment += weight * square;
    }
    for (let j = 0; j < squares.length; j++) out[j]! /= sum;
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

/** (share of j for i + share of i for j) / 2 count. */
function symmetric(
  neighbours: Uint32Array,
  shares: Float64Array,
  count: number,
  k: number,
): Affinities {
  const sizes = new Uint32Array(count + 1);
  for (const j of neighbours) sizes[j + 1]!++;
  for (let i = 0; i < count; i++) sizes[i + 1]! += sizes[i]!;
  // Who has i for a neighbour, and with which share.
  const owners = new Uint32Array(count * k), owned = new Float64Array(count * k);
  const next = sizes.slice();
  for (let edge = 0; edge < neighbours.length; edge++) {
    const at = next[neighbours[edge]!]!++;
    owners[at] = Math.floor(edge / k);
    owned[at] = shares[edge]!;
  }
  const starts = new Uint32Array(count + 1);
  const columns = new Uint32Array(2 * count * k), values = new Float64Array(2 * count * k);
  const place = new Int32Array(count).fill(-1);
  let end = 0;
  for (let i = 0; i < count; i++) {
    const add = (j: number, share: number) => {
      if (place[j]! < starts[i]!) {
        place[j] = end;
        columns[end] = j;
        values[end++] = 0;
      }
      values[place[j]!]! += share / (2 * count);
    };
    for (let edge = i * k; edge < (i + 1) * k; edge++) add(neighbours[edge]!, shares[edge]!);
    for (let at = sizes[i]!; at < sizes[i + 1]!; at++) add(owners[at]!, owned[at]!);
    starts[i + 1] = end;
  }
  return { starts, columns: columns.slice(0, end), values: values.slice(0, end) };
}
