/** Products of matrices, which the caller may bring. */

/** Multiplies matrices of float32, row-major: C (m x n) = A (m x k) * B (k x n), or B given as n x k. */
export interface MatrixMultiplier {
  /**
   * Multiplies.
   *
   * @param a m x k.
   * @param b k x n, or n x k where `transposeB`.
   * @param size The sizes.
   * @returns C.
   */
  multiply(
    a: Float32Array,
    b: Float32Array,
    size: {
      readonly m: number;
      readonly n: number;
      readonly k: number;
      readonly transposeB?: boolean;
    },
  ): Float32Array<ArrayBuffer>;
}

/** Products by plain loops. */
export const PLAIN_PRODUCTS: MatrixMultiplier = {
  multiply(a, b, { m, n, k, transposeB = false }) {
    const columns = transposeB ? b : transposed(b, k, n), out = new Float32Array(m * n);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let l = 0; l < k; l++) sum += a[i * k + l]! * columns[j * k + l]!;
        out[i * n + j] = sum;
      }
    }
    return out;
  },
};

function transposed(b: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from(b, (_, at) => b[(at % rows) * columns + Math.floor(at / rows)]!);
}
