/** Orthonormal rows that span those of a matrix. */

import { dot } from "./_cholesky.ts";

/** Rows J = R Q with orthonormal Q and lower triangular R. */
export class OrthonormalRows {
  /** Q. */
  readonly rows: readonly Float64Array[];
  /** R, row by row. */
  readonly factor: readonly Float64Array[];

  /**
   * Factors rows by Gram and Schmidt's method, twice because of rounding.
   *
   * With damping each row gets an entry of its own, of that share of its length: the solution of a least squares
   * problem is then damped as in Marquardt's method.
   *
   * @param rows J.
   * @param damping Share of a row's squared length, above 0.
   */
  constructor(rows: readonly Float64Array[], damping: number) {
    const basis: Float64Array[] = [], own: Float64Array[] = [], factor: Float64Array[] = [];
    rows.forEach((source, k) => {
      const row = source.slice(), extra = new Float64Array(rows.length);
      const coefficients = new Float64Array(rows.length);
      // A row without light is left to its damping.
      extra[k] = Math.sqrt(damping * dot(row, row)) || 1;
      for (let pass = 0; pass < 2; pass++) {
        for (let l = 0; l < k; l++) {
          const share = dot(row, basis[l]!) + dot(extra, own[l]!);
          coefficients[l]! += share;
          subtract(row, share, basis[l]!);
          subtract(extra, share, own[l]!);
        }
      }
      const length = coefficients[k] = Math.sqrt(dot(row, row) + dot(extra, extra));
      basis.push(row.map((value) => value / length));
      own.push(extra.map((value) => value / length));
      factor.push(coefficients);
    });
    this.rows = basis;
    this.factor = factor;
  }

  /**
   * The coefficients of the rows of J, from those of the rows of Q.
   *
   * @param shares Coefficients of the rows of Q.
   */
  coefficients(shares: Float64Array): Float64Array {
    const found = shares.slice();
    for (let l = found.length - 1; l >= 0; l--) {
      for (let k = l + 1; k < found.length; k++) found[l]! -= this.factor[k]![l]! * found[k]!;
      found[l]! /= this.factor[l]![l]!;
    }
    return found;
  }
}

function subtract(row: Float64Array, share: number, other: Float64Array): void {
  for (let i = 0; i < row.length; i++) row[i]! -= share * other[i]!;
}
