/** Maps by principal component analysis. */

import { symmetricEigen } from "../symmetric_eigen.ts";
import { checkPoints } from "./map_options.ts";
import type { Points } from "./nearest.ts";

/** Coordinates of points on a map. */
export interface FlatMap {
  /** x and y, point by point. */
  readonly xy: Float64Array;
}

/** A map by principal components. */
export interface PcaMap extends FlatMap {
  /** Fractions of the points' variance along x and y. */
  readonly explained: readonly [number, number];
}

/**
 * Principal component analysis: projects centred points on the two orthogonal directions of greatest
 * variance.
 *
 * Source: Hotelling 1933, Journal of Educational Psychology 24. Equals scikit-learn's
 * `PCA(n_components=2)`, including signs: the coordinate of greatest magnitude on each axis is positive.
 * Diagonalises the smaller of two matrices, dimensions x dimensions or points x points, so that whole
 * images can be mapped.
 *
 * @param points Coordinates, point by point.
 * @param count Number of points, at least 2.
 * @returns The map, and the fraction of variance that it shows; a missing second axis is 0.
 * @throws {TypeError} If the length is not a multiple of the number of points.
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
  checkPoints(points.length, count, 2);
  const columns = centredColumns(points, count);
  const byPoints = count < columns.length;
  const matrix = products(byPoints ? transpose(columns) : columns);
  const { values, vectors } = symmetricEigen(matrix);
  const total = matrix.reduce((sum, row, i) => sum + row[i]!, 0);
  const xy = new Float64Array(2 * count), explained: [number, number] = [0, 0];
  for (let axis = 0; axis < Math.min(2, matrix.length); axis++) {
    const vector = vectors[axis]!;
    const value = Math.max(0, values[axis]!);
    explained[axis] = total > 0 ? value / total : 0;
    const along = byPoints
      ? vector.map((share) => share * Math.sqrt(value))
      : project(columns, vector);
    const greatest = along.reduce((best, x) => Math.abs(x) > Math.abs(best) ? x : best, 0);
    const sign = greatest < 0 ? -1 : 1;
    along.forEach((x, i) => xy[2 * i + axis] = sign * x);
  }
  return { xy, explained };
}

/** The coordinates of all points along each dimension, minus their mean. */
function centredColumns(points: Points, count: number): Float64Array[] {
  const dimensions = points.length / count;
  return Array.from({ length: dimensions }, (_, d) => {
    const column = new Float64Array(count);
    let sum = 0;
    for (let i = 0; i < count; i++) sum += column[i] = points[i * dimensions + d]!;
    for (let i = 0; i < count; i++) column[i]! -= sum / count;
    return column;
  });
}

function transpose(columns: readonly Float64Array[]): Float64Array[] {
  return Array.from(columns[0]!, (_, i) => {
    const row = new Float64Array(columns.length);
    for (let d = 0; d < row.length; d++) row[d] = columns[d]![i]!;
    return row;
  });
}

/** The scalar products of all vectors with each other. */
function products(vectors: readonly Float64Array[]): Float64Array[] {
  const matrix = vectors.map(() => new Float64Array(vectors.length));
  for (let i = 0; i < vectors.length; i++) {
    for (let j = 0; j <= i; j++) {
      const a = vectors[i]!, b = vectors[j]!;
      let sum = 0;
      for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
      matrix[i]![j] = matrix[j]![i] = sum;
    }
  }
  return matrix;
}

function project(columns: readonly Float64Array[], axis: Float64Array): Float64Array {
  const out = new Float64Array(columns[0]!.length);
  columns.forEach((column, d) => {
    for (let i = 0; i < out.length; i++) out[i]! += column[i]! * axis[d]!;
  });
  return out;
}
