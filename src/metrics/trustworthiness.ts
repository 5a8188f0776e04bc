/** Trustworthiness of maps. */

/** Options of {@linkcode trustworthiness}. */
export interface TrustworthinessOptions {
  /** Number of points. */
  readonly count: number;
  /** Neighbours per point, less than half of `count`. @default {10} */
  readonly neighbours?: number;
}

/** Coordinates, point by point. */
export type Coordinates = Float32Array | Float64Array;

/**
 * Trustworthiness of a map: 1 if the nearest neighbours of every point on it are among the nearest in the
 * original space; each that is not costs its original rank beyond the neighbourhood.
 *
 * Source: Venna and Kaski 2001, "Neighborhood preservation in nonlinear projection methods", ICANN, with
 * Euclidean distances; equals scikit-learn's `trustworthiness`. Cost: quadratic in the number of points,
 * with memory for one row of distances.
 *
 * @param points Original coordinates, point by point: `count` times their dimensions.
 * @param map Coordinates on the map, in the same order.
 * @param options Number of points and neighbours.
 * @returns A number in [0, 1].
 * @throws {TypeError} If a length is not a multiple of the number of points.
 * @throws {RangeError} If there are too few points for the number of neighbours.
 *
 * @example
 * ```ts
 * import { trustworthiness } from "./trustworthiness.ts";
 *
 * const points = Float32Array.of(0, 0, 1, 0, 3, 1, 7, 1, 15, 0), map = Float32Array.of(0, 1, 3, 7, 15);
 * const trust = trustworthiness(points, map, { count: 5, neighbours: 2 });
 * if (trust !== 1) throw new Error("unexpected trust");
 * ```
 */
export function trustworthiness(
  points: Coordinates,
  map: Coordinates,
  { count, neighbours = 10 }: TrustworthinessOptions,
): number {
  if (!(Number.isInteger(neighbours) && neighbours >= 1 && neighbours < count / 2)) {
    throw new RangeError(
      `Cannot judge a map as neighbours must be an integer from 1 to less than half of the ` +
        `${count} points: current value is ${neighbours}`,
    );
  }
  for (const { length } of [points, map]) {
    if (length > 0 && length % count === 0) continue;
    throw new TypeError(
      `Cannot judge a map as the number of coordinates must be a multiple of the ${count} points: ` +
        `current value is ${length}`,
    );
  }
  const onMap = new Float64Array(count), original = new Float64Array(count);
  let penalty = 0;
  for (let i = 0; i < count; i++) {
    measure(map, i, onMap);
    measure(points, i, original);
    for (let k = 0; k < neighbours; k++) {
      const j = nearest(onMap);
      onMap[j] = Infinity; // exclude it from now on
      penalty += Math.max(0, rankOf(original, j) - neighbours);
    }
  }
  return 1 - penalty * 2 / (count * neighbours * (2 * count - 3 * neighbours - 1));
}

/** Computes squared distances of all points to one; its own is infinite. */
function measure(coordinates: Coordinates, to: number, distances: Float64Array): void {
  const dimensions = coordinates.length / distances.length;
  for (let i = 0; i < distances.length; i++) {
    let sum = 0;
    for (let d = 0; d < dimensions; d++) {
      sum += (coordinates[i * dimensions + d]! - coordinates[to * dimensions + d]!) ** 2;
    }
    distances[i] = sum;
  }
  distances[to] = Infinity;
}

function nearest(distances: Float64Array): number {
  let best = 0;
  for (let i = 1; i < distances.length; i++) if (distances[i]! < distances[best]!) best = i;
  return best;
}

/** The rank of a point by distance, from 1; ties are ranked in order. */
function rankOf(distances: Float64Array, point: number): number {
  const distance = distances[point]!;
  let rank = 1;
  for (let i = 0; i < distances.length; i++) {
    if (distances[i]! < distance || distances[i] === distance && i < point) rank++;
  }
  return rank;
}
