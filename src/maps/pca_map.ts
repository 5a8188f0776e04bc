/** The map along the two directions in which points differ most. */

import { symmetricEigen } from "../symmetric_eigen.ts";
import type { Points } from "./nearest.ts";

/** Coordinates of points on a map. */
export interface FlatMap {
  /** x and y of each point, one point after the other. */
  readonly xy: Float64Array;
}

/** A map by principal components. */
export interface PcaMap extends FlatMap {
  /** Shares of the points' variance along x and y. */
  readonly explained: readonly [number, number];
}

/**
 * Principal component analysis: points centred and projected on the two orthogonal directions of
 * greatest variance.
 *
 * Source: Hotelling 1933, Journal of Educational Psychology 24. As scikit-learn's
 * `PCA(n_components=2)`, its signs too: the coordinate of greatest size on each axis is positive. Works
 * on the smaller of two matrices, dimensions x dimensions or points x points, so that images as they
 * are can be mapped too.
 *
 * @param points Coordinates, point by point.
 * @param count How many points, at least 2.
 * @returns The map, and what share of the variance it shows; a second axis that there is not is 0.
 * @throws {TypeError} If the length is no multiple of the number of points.
 *
 * @example
 * ```ts
 * import { pcaMap } from "./pca_map.ts";
 *
 * const { xy, explained } = pcaMap(Float32Array.of(0, 0, 3, 4, 6, 8), 3);
 * if (Math.abs(Math.abs(xy[0]!) - 5) > 1e-9) throw new Error("points on a line keep their distances");
 * if (Math.abs(explained[0] - 1) > 1e-9) throw new Error("one axis shows all");
 * ```
 */
export function pcaMap(points: Points, count: number): PcaMap {
  const dimensions = points.length / count;
  if (!(count >= 2 && Number.isInteger(dimensions) && dimensions >= 1)) {
    throw new TypeError(
      `Cannot map points as their coordinates must be a multiple of their number, at least 2: ` +
        `current values are ${points.length} and ${count}`,
    );
  }
  const centred = centre(points, count, dimensions);
  const byPoints = count < dimensions;
  const size = Math.min(count, dimensions), wanted = Math.min(2, size);
  const matrix = byPoints
    ? products(centred, count, dimensions)
    : products(transpose(centred, count, dimensions), dimensions, count);
  const { values, vectors } = symmetricEigen(
    Array.from({ length: size }, (_, i) => matrix.subarray(i * size, (i + 1) * size)),
  );
  let total = 0;
  for (let i = 0; i < size; i++) total += matrix[i * size + i]!;
  const xy = new Float64Array(2 * count), explained: [number, number] = [0, 0];
  for (let axis = 0; axis < wanted; axis++) {
    const vector = vectors[axis]!;
    const value = Math.max(0, values[axis]!);
    explained[axis] = total > 0 ? value / total : 0;
    const along = byPoints
      ? vector.map((share) => share * Math.sqrt(value))
      : project(centred, vector, count);
    const greatest = along.reduce((best, x) => Math.abs(x) > Math.abs(best) ? x : best, 0);
    const sign = greatest < 0 ? -1 : 1;
    for (let i = 0; i < count; i++) xy[2 * i + axis] = sign * along[i]!;
  }
  return { xy, explained };
}

function centre(points: Points, count: number, dimensions: number): Float64Array {
  const centred = Float64Array.from(points);
  for (let d = 0; d < dimensions; d++) {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += centred[i * dimensions + d]!;
    for (let i = 0; i < count; i++) centred[i * dimensions + d]! -= sum / count;
  }
  return centred;
}

function transpose(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(matrix.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) out[j * rows + i] = matrix[i * columns + j]!;
  }
  return out;
}

/** The products of all rows with each other. */
function products(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      const a = i * columns, b = j * columns;
      for (let k = 0; k < columns; k++) sum += matrix[a + k]! * matrix[b + k]!;
      out[i * rows + j] = out[j * rows + i] = sum;
    }
  }
  return out;
}

function project(centred: Float64Array, axis: Float64Array, count: number): Float64Array {
  const dimensions = axis.length, out = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (let d = 0; d < dimensions; d++) sum += centred[i * dimensions + d]! * axis[d]!;
    out[i] = sum;
  }
  return out;
}
