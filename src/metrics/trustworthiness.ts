/** Whether neighbours on a map are neighbours. */

/** Options of {@linkcode trustworthiness}. */
export interface TrustworthinessOptions {
  /** How many points there are. */
  readonly count: number;
  /** How many neighbours of each point are looked at, less than half of `count`. @default {10} */
  readonly neighbours?: number;
}

/** Coordinates of points, one point after the other. */
export type Coordinates = Float32Array | Float64Array;

/**
 * How far a map (of fewer dimensions) can be trusted: 1 if the nearest neighbours of every point on it
 * are among its nearest in truth; each that is not costs its rank in truth beyond the neighbourhood.
 *
 * Source: Venna and Kaski 2001, "Neighborhood preservation in nonlinear projection methods", ICANN, by
 * Euclidean distances, as scikit-learn's `trustworthiness`. Cost: the square of the number of points,
 * in constant memory besides a row of distances.
 *
 * @param points Coordinates in truth, point by point: `count` times their dimensions.
 * @param map Coordinates on the map, in the same order.
 * @param options How many points and neighbours.
 * @returns A number in [0, 1].
 * @throws {TypeError} If a length is no multiple of the number of points.
 * @throws {RangeError} If there are too few points for so many neighbours.
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
      `Cannot judge a map as neighbours must be a whole number from 1 to less than half of the ` +
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
  const near = new Float64Array(count), truth = new Float64Array(count);
  let penalty = 0;
  for (let i = 0; i < count; i++) {
    measure(map, i, near);
    measure(points, i, truth);
    for (let k = 0; k < neighbours; k++) {
      const j = nearest(near);
      near[j] = Infinity; // taken
      penalty += Math.max(0, rankOf(truth, j) - neighbours);
    }
  }
  return 1 - penalty * 2 / (count * neighbours * (2 * count - 3 * neighbours - 1));
}

/** Squared distances of all points to one; its own is infinite. */
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

/** The place of a point among all by their distance, from 1; of equal ones the first comes first. */
function rankOf(distances: Float64Array, point: number): number {
  const distance = distances[point]!;
  let rank = 1;
  for (let i = 0; i < distances.length; i++) {
    if (distances[i]! < distance || distances[i] === distance && i < point) rank++;
  }
  return rank;
}
