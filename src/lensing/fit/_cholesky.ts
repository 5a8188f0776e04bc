/** Symmetric positive definite matrices: factors, solutions, inverses. */

/** A lower triangular factor L of a matrix L L', row by row. */
export class Cholesky {
  /** Rows and columns. */
  readonly size: number;
  /** L, row-major; above the diagonal lie values without meaning. */
  readonly factor: Float64Array;

  /**
   * Factors a matrix (Golub and Van Loan, "Matrix Computations", 4.2).
   *
   * @param matrix Row-major; the lower triangle is read. Overwritten by the factor.
   * @param size Rows and columns.
   * @throws {RangeError} If it is not positive definite.
   */
  constructor(matrix: Float64Array, size: number) {
    this.size = size;
    this.factor = matrix;
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) {
        const rest = matrix[i * size + j]! - dot(matrix, i * size, matrix, j * size, j);
        if (i > j) matrix[i * size + j] = rest / matrix[j * size + j]!;
        else if (rest > 0) matrix[i * size + i] = Math.sqrt(rest);
        else throw new RangeError("Cannot factor a matrix as it must be positive definite");
      }
    }
  }

  /** The log of the determinant. */
  get logDeterminant(): number {
    let sum = 0;
    for (let i = 0; i < this.size; i++) sum += Math.log(this.factor[i * this.size + i]!);
    return 2 * sum;
  }

  /**
   * Solves L x = b in place: the first half of a solution, as x' x = b' (L L')^-1 b.
   *
   * @param b Right-hand side; becomes x.
   */
  solveLower(b: Float64Array): Float64Array {
    const { size, factor } = this;
    for (let i = 0; i < size; i++) {
      b[i] = (b[i]! - dot(factor, i * size, b, 0, i)) / factor[i * size + i]!;
    }
    return b;
  }

  /**
   * Solves L L' x = b in place.
   *
   * @param b Right-hand side; becomes x.
   */
  solve(b: Float64Array): Float64Array {
    const { size, factor } = this;
    this.solveLower(b);
    for (let i = size - 1; i >= 0; i--) {
      const x = b[i]! /= factor[i * size + i]!;
      for (let j = 0; j < i; j++) b[j]! -= x * factor[i * size + j]!;
    }
    return b;
  }

  /**
   * Inverts the factor.
   *
   * @returns The transpose of L^-1, row-major: row i has its column i, 0 before the diagonal.
   */
  invertFactor(): Float64Array {
    const { size, factor } = this, inverse = new Float64Array(size * size);
    for (let i = 0; i < size; i++) {
      const row = i * size;
      inverse[row + i] = 1 / factor[row + i]!;
      for (let j = i + 1; j < size; j++) {
        const sum = dot(inverse, row + i, factor, j * size + i, j - i);
        inverse[row + j] = -sum / factor[j * size + j]!;
      }
    }
    return inverse;
  }
}

/** The product of two stretches of numbers. */
function dot(
  a: Float64Array,
  fromA: number,
  b: Float64Array,
  fromB: number,
  count: number,
): number {
  // Four sums, as each addition waits for the one before.
  let p = 0, q = 0, r = 0, s = 0, i = 0;
  for (; i + 4 <= count; i += 4) {
    p += a[fromA + i]! * b[fromB + i]!;
    q += a[fromA + i + 1]! * b[fromB + i + 1]!;
    r += a[fromA + i + 2]! * b[fromB + i + 2]!;
    s += a[fromA + i + 3]! * b[fromB + i + 3]!;
  }
  for (; i < count; i++) p += a[fromA + i]! * b[fromB + i]!;
  return p + q + (r + s);
}

/**
 * The traces of (L L')^-1 and of its square.
 *
 * @param inverse The transpose of L^-1, of {@linkcode Cholesky.invertFactor}.
 * @param size Rows and columns.
 */
export function inverseTraces(
  inverse: Float64Array,
  size: number,
): { readonly first: number; readonly second: number } {
  let first = 0, second = 0;
  for (let i = 0; i < size; i++) {
    for (let j = i; j < size; j++) {
      // Entry (i, j) of the inverse, j at least i.
      const entry = dot(inverse, i * size + j, inverse, j * size + j, size - j);
      if (i === j) first += entry;
      second += (i === j ? 1 : 2) * entry * entry;
    }
  }
  return { first, second };
}
