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
