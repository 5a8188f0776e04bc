/** Eigenvalues and eigenvectors of symmetric matrices, by `ml-matrix`. */

import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/** Eigenvalues and eigenvectors, in descending order. */
export interface Eigen {
  /** Eigenvalues, descending. */
  readonly values: readonly number[];
  /** The eigenvector of each, of length 1. */
  readonly vectors: readonly Float64Array[];
}

/**
 * Diagonalises a symmetric matrix (Householder and QL; Golub and Van Loan, "Matrix Computations", 8.3).
 *
 * Takes some 9 n^3 operations: a second for 500 rows.
 *
 * @param matrix Rows of the matrix; the mean of each pair of mirrored entries counts.
 * @returns Eigenvalues, descending, with their eigenvectors.
 *
 * @example
 * ```ts
 * import { symmetricEigen } from "./symmetric_eigen.ts";
 *
 * const { values } = symmetricEigen([[2, 1], [1, 2]]);
 * if (Math.abs(values[0]! - 3) > 1e-12) throw new Error("unexpected eigenvalue");
 * ```
 */
export function symmetricEigen(matrix: readonly ArrayLike<number>[]): Eigen {
  const size = matrix.length;
  const mean = new Matrix(size, size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) mean.set(i, j, (matrix[i]![j]! + matrix[j]![i]!) / 2);
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(mean, {
    assumeSymmetric: true,
  });
  const order = realEigenvalues.map((_, i) => i)
    .sort((i, j) => realEigenvalues[j]! - realEigenvalues[i]!);
  return {
    values: order.map((i) => realEigenvalues[i]!),
    vectors: order.map((i) => Float64Array.from(eigenvectorMatrix.getColumn(i))),
  };
}
