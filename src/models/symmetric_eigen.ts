/** Eigenvalues and eigenvectors of small symmetric matrices. */

/** Eigenvalues and their vectors, the greatest first. */
export interface Eigen {
  /** Eigenvalues, descending. */
  readonly values: readonly number[];
  /** An eigenvector of length 1 for each. */
  readonly vectors: readonly Float64Array[];
}

/** Sweeps at most; a dozen is enough for matrices of some hundred rows. */
const MOST_SWEEPS = 50;

/**
 * Diagonalises a symmetric matrix by cyclic Jacobi rotations (Golub and Van Loan, "Matrix Computations",
 * section 8.5). Takes some 10 n^3 steps.
 *
 * @param matrix Its rows; of each pair of entries that should be equal the mean is taken.
 * @returns Eigenvalues, descending, with their vectors.
 *
 * @example
 * ```ts
 * import { symmetricEigen } from "./symmetric_eigen.ts";
 *
 * const { values } = symmetricEigen([[2, 1], [1, 2]]);
 * if (Math.abs(values[0]! - 3) > 1e-12) throw new Error("unexpected eigenvalue");
 * ```
 */
export function symmetricEigen(matrix: readonly (readonly number[])[]): Eigen {
  const size = matrix.length;
  const a = matrix.map((row, i) => Float64Array.from(row, (v, j) => (v + matrix[j]![i]!) / 2));
  const vectors = a.map((_, i) => Float64Array.from({ length: size }, (_, j) => i === j ? 1 : 0));
  const total = Math.hypot(...a.map((row) => Math.hypot(...row)));
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let off = 0;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        const beside = a[p]![q]!;
        off += beside ** 2;
        if (Math.abs(beside) <= Number.EPSILON * 1e-3 * total) continue;
        const theta = (a[q]![q]! - a[p]![p]!) / (2 * beside);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1), s = t * c;
        for (let i = 0; i < size; i++) {
          const row = a[i]!, left = row[p]!, right = row[q]!;
          row[p] = c * left - s * right;
          row[q] = s * left + c * right;
        }
        rotate(a[p]!, a[q]!, c, s);
        rotate(vectors[p]!, vectors[q]!, c, s);
      }
    }
    if (Math.sqrt(off) <= Number.EPSILON * total) break;
  }
  const order = a.map((_, i) => i).sort((i, j) => a[j]![j]! - a[i]![i]!);
  return { values: order.map((i) => a[i]![i]!), vectors: order.map((i) => vectors[i]!) };
}

function rotate(p: Float64Array, q: Float64Array, c: number, s: number): void {
  for (let i = 0; i < p.length; i++) {
    const left = p[i]!, right = q[i]!;
    p[i] = c * left - s * right;
    q[i] = s * left + c * right;
  }
}
