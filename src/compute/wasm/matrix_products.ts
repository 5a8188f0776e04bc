/** Matrix products of plain arrays, by the kernels of the wasm backend on a memory of their own. */

import { KernelInstance } from "./kernel_instance.ts";
import { ALIGNMENT, OwnMemory } from "./own_memory.ts";

/** Sizes of a product C (m x n) = A (m x k) * B (k x n). */
export interface ProductSize {
  /** Rows of A and C. */
  readonly m: number;
  /** Columns of B and C. */
  readonly n: number;
  /** Columns of A, rows of B. */
  readonly k: number;
  /** Whether A is given as k x m. @default {false} */
  readonly transposeA?: boolean;
  /** Whether B is given as n x k. @default {false} */
  readonly transposeB?: boolean;
}

/**
 * Products of matrices in plain arrays, without tfjs.
 *
 * As fast as the products of the wasm backend, plus a copy of A and B into memory and of C out of it: worth
 * it from some 30 rows on. Memory grows with the largest product, of at most 1 GiB, and is freed with the
 * object. One thread; every thread makes its own.
 *
 * @example
 * ```ts
 * import { MatrixProducts } from "./matrix_products.ts";
 *
 * const products = new MatrixProducts();
 * const a = Float32Array.of(1, 2, 3, 4), b = Float32Array.of(5, 6);
 * const c = products.multiply(a, b, { m: 2, n: 1, k: 2 });
 * if (c[0] !== 17 || c[1] !== 39) throw new Error("unexpected product");
 * ```
 */
export class MatrixProducts {
  readonly #memory = new OwnMemory();
  /** Compiled in some milliseconds. */
  readonly #instance = new KernelInstance(this.#memory);
  /** Address and size of the area of the matrices, in bytes. */
  #area = { address: 0, bytes: 0 };

  /**
   * Multiplies two matrices, row by row in memory.
   *
   * @param a m x k, or k x m where `transposeA`.
   * @param b k x n, or n x k where `transposeB`.
   * @param size The sizes.
   * @returns C, m x n. A sum is made in blocks of 256 steps, so that it is the same on every machine with
   * the engine's relaxed SIMD.
   * @throws {RangeError} If the number of values does not fit the sizes.
   */
  multiply(
    a: Float32Array,
    b: Float32Array,
    { m, n, k, transposeA = false, transposeB = false }: ProductSize,
  ): Float32Array<ArrayBuffer> {
    if (a.length !== m * k || b.length !== k * n) {
      throw new RangeError(
        `Cannot multiply matrices as their sizes must be ${m} x ${k} and ${k} x ${n}: ` +
          `they have ${a.length} and ${b.length} values`,
      );
    }
    const instance = this.#instance, [left, right, c] = this.#place([a.length, b.length, m * n]);
    instance.floats(left!, a.length).set(a);
    instance.floats(right!, b.length).set(b);
    const at = { a: left!, b: right!, bias: 0, c: c! };
    instance.multiply(at, [m, n, k, transposeA, transposeB], 0);
    return instance.floats(c!, m * n).slice();
  }

  /** Addresses of arrays of floats, side by side in an area that grows by doubling. */
  #place(counts: readonly number[]): number[] {
    const sizes = counts.map((count) => Math.ceil(count * 4 / ALIGNMENT) * ALIGNMENT);
    const needed = sizes.reduce((sum, size) => sum + size, 0);
    if (needed > this.#area.bytes) {
      const bytes = Math.max(needed, 2 * this.#area.bytes);
      this.#area = { address: this.#memory.allocate(bytes), bytes };
    }
    let next = this.#area.address;
    return sizes.map((size) => (next += size) - size);
  }
}
