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
        const rest = matrix[i * size + j]! - dotOf(matrix, i * size, matrix, j * size, j);
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
      b[i] = (b[i]! - dotOf(factor, i * size, b, 0, i)) / factor[i * size + i]!;
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
        const sum = dotOf(inverse, row + i, factor, j * size + i, j - i);
        inverse[row + j] = -sum / factor[j * size + j]!;
      }
    }
    return inverse;
  }
}

/** The product of two vectors of one length. */
export function dot(a: Float64Array, b: Float64Array): number {
  return dotOf(a, 0, b, 0, a.length);
}

/** The product of two stretches of numbers. */
function dotOf(
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
      const entry = dotOf(inverse, i * size + j, inverse, j * size + j, size - j);
      if (i === j) first += entry;
      second += (i === j ? 1 : 2) * entry * entry;
    }
  }
  return { first, second };
}

/**
 * Factors a positive semidefinite matrix by its largest rest (Harbrecht, Peters and Schneider 2012, Applied Numerical
 * Mathematics 62, 428).
 *
 * @param matrix Row-major.
 * @param size Rows and columns.
 * @param left Greatest trace of the rest that the factor may leave out.
 * @returns R of R' R, rank x size, row-major, and the trace of the rest.
 */
export function lowRankFactor(
  matrix: Float32Array,
  size: number,
  left: number,
): { readonly rank: number; readonly factor: Float64Array; readonly rest: number } {
  const rest = Float64Array.from({ length: size }, (_, i) => matrix[i * size + i]!);
  const rows: Float64Array[] = [];
  // Rounding of the matrix: a rest below this is none.
  const least = rest.reduce((most, own) => Math.max(most, own), 0) * 1e-6;
  let sum = 0;
  for (;;) {
    let pivot = 0;
    sum = 0;
    for (let i = 0; i < size; i++) {
      sum += Math.max(rest[i]!, 0);
      if (rest[i]! > rest[pivot]!) pivot = i;
    }
    if (!(sum > left && rest[pivot]! > least)) break;
    const row = new Float64Array(size), scale = 1 / Math.sqrt(rest[pivot]!);
    for (let i = 0; i < size; i++) row[i] = matrix[pivot * size + i]!;
    for (const other of rows) {
      const share = other[pivot]!;
      for (let i = 0; i < size; i++) row[i] = row[i]! - share * other[i]!;
    }
    for (let i = 0; i < size; i++) {
      const value = row[i] = row[i]! * scale;
      rest[i] = rest[i]! - value * value;
    }
    rows.push(row);
  }
  const factor = new Float64Array(rows.length * size);
  rows.forEach((row, i) => factor.set(row, i * size));
  return { rank: rows.length, factor, rest: sum };
}
