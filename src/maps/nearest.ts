/** Nearest neighbours by plain search: exact, for points of any dimension. */

/** Coordinates, one point after the other. */
export type Points = Float32Array | Float64Array;

/** Options of {@linkcode nearest}. */
export interface NearestOptions {
  /** Coordinates of a point. */
  readonly dimensions: number;
  /** Neighbours to find for each query, at most as many as there are points. @default {1} */
  readonly k?: number;
  /** Queries are the points themselves, and none is its own neighbour. @default {false} */
  readonly others?: boolean;
}

/** What {@linkcode nearest} found: `k` neighbours a query, the nearest first. */
export interface Neighbours {
  /** Numbers of points. */
  readonly indices: Uint32Array;
  /** Their squared Euclidean distances. */
  readonly squares: Float64Array;
}

/** Dimensions that are summed up before a point is given up as too far. */
const CHUNK = 16;

/**
 * The nearest points to each query, by Euclidean distance; of equally near ones the first.
 *
 * Cost: queries times points times dimensions, less what points too far off save; 5,000 points of 128
 * dimensions among themselves take some seconds.
 *
 * @param points Where to look.
 * @param queries What for.
 * @param options Dimensions, and how many neighbours.
 * @returns Neighbours, query by query.
 * @throws {TypeError} If a length is no multiple of the dimensions.
 * @throws {RangeError} If there are fewer points than neighbours.
 *
 * @example
 * ```ts
 * import { nearest } from "./nearest.ts";
 *
 * const points = Float32Array.of(0, 0, 3, 4, 9, 9), queries = Float32Array.of(3, 3);
 * const { indices, squares } = nearest(points, queries, { dimensions: 2, k: 2 });
 * if (indices.join() !== "1,0" || squares.join() !== "1,18") throw new Error("unexpected points");
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
      `Cannot find neighbours as k must be a whole number from 1 to ${most}: current value is ${k}`,
    );
  }
  const indices = new Uint32Array(wanted * k),
    squares = new Float64Array(wanted * k).fill(Infinity);
  for (let query = 0; query < wanted; query++) {
    const from = query * dimensions, best = query * k, last = best + k - 1;
    for (let point = 0; point < count; point++) {
      if (others && point === query) continue;
      const square = squareUpTo(
        squares[last]!,
        points,
        point * dimensions,
        queries,
        from,
        dimensions,
      );
      if (!(square < squares[last]!)) continue;
      let at = last;
      for (; at > best && squares[at - 1]! > square; at--) {
        squares[at] = squares[at - 1]!;
        indices[at] = indices[at - 1]!;
      }
      squares[at] = square;
      indices[at] = point;
    }
  }
  return { indices, squares };
}

/** A squared distance, or something that is not below `most` if the distance is not. */
function squareUpTo(
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
