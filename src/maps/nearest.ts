/** Nearest neighbours by exhaustive search: exact, in any dimension. */

/** Coordinates, point by point. */
export type Points = Float32Array | Float64Array;

/** Options of {@linkcode nearest}. */
export interface NearestOptions {
  /** Coordinates per point. */
  readonly dimensions: number;
  /** Neighbours per query, up to the number of points. @default {1} */
  readonly k?: number;
  /** Whether queries are the points themselves, none its own neighbour. @default {false} */
  readonly others?: boolean;
}

/** The result of {@linkcode nearest}: `k` neighbours per query, nearest first. */
export interface Neighbours {
  /** Indices of points. */
  readonly indices: Uint32Array;
  /** Squared Euclidean distances. */
  readonly squaredDistances: Float64Array;
}

/** Dimensions summed between checks whether a point is too far. */
const CHUNK = 16;

/**
 * Finds the nearest points to each query by Euclidean distance; the first of equally near ones.
 *
 * Cost: at most queries times points times dimensions; 5,000 points of 128 dimensions among themselves
 * take some seconds.
 *
 * @param points The points to search.
 * @param queries The queries.
 * @param options Dimensions, and number of neighbours.
 * @returns Neighbours, query by query.
 * @throws {TypeError} If a length is not a multiple of the dimensions.
 * @throws {RangeError} If `k` is not a positive integer, or exceeds the number of points.
 *
 * @example
 * ```ts
 * import { nearest } from "./nearest.ts";
 *
 * const points = Float32Array.of(0, 0, 3, 4, 9, 9), queries = Float32Array.of(3, 3);
 * const neighbours = nearest(points, queries, { dimensions: 2, k: 2 });
 * if (neighbours.indices.join() !== "1,0") throw new Error("unexpected points");
 * if (neighbours.squaredDistances.join() !== "1,18") throw new Error("unexpected distances");
 * ```
 */
export function nearest(
  points: Points,
  queries: Points,
  { dimensions, k = 1, others = false }: NearestOptions,
): Neighbours {
  const count = points.length / dimensions, wanted = queries.length / dimensions;
  if (!Number.isInteger(count) || !Number.isInteger(wanted)) {
    throw new TypeError(
      `Cannot find neighbours as the lengths must be multiples of ${dimensions}: ` +
        `current values are ${points.length} and ${queries.length}`,
    );
  }
  const most = others ? count - 1 : count;
  if (!(Number.isInteger(k) && k >= 1 && k <= most)) {
    throw new RangeError(
      `Cannot find neighbours as k must be an integer from 1 to ${most}: current value is ${k}`,
    );
  }
  const indices = new Uint32Array(wanted * k);
  const squaredDistances = new Float64Array(wanted * k).fill(Infinity);
  for (let query = 0; query < wanted; query++) {
    const from = query * dimensions, best = query * k, last = best + k - 1;
    for (let point = 0; point < count; point++) {
      if (others && point === query) continue;
      const most = squaredDistances[last]!;
      const distance = distanceUpTo(most, points, point * dimensions, queries, from, dimensions);
      if (!(distance < most)) continue;
      let at = last;
      for (; at > best && squaredDistances[at - 1]! > distance; at--) {
        squaredDistances[at] = squaredDistances[at - 1]!;
        indices[at] = indices[at - 1]!;
      }
      squaredDistances[at] = distance;
      indices[at] = point;
    }
  }
  return { indices, squaredDistances };
}

/** A squared distance, or some number not below `most` if the distance is not. */
function distanceUpTo(
  most: number,
  points: Points,
  a: number,
  queries: Points,
  b: number,
  dimensions: number,
): number {
  let sum = 0;
  for (let i = 0; i < dimensions; i += CHUNK) {
    const end = Math.min(dimensions, i + CHUNK);
    for (let j = i; j < end; j++) {
      const difference = points[a + j]! - queries[b + j]!;
      sum += difference * difference;
    }
    if (sum >= most) return sum;
  }
  return sum;
}
