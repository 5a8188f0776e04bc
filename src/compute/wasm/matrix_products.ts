/** Matrix products of plain arrays, by the kernels of the wasm backend on a memory of their own. */

import { KernelInstance } from "./kernel_instance.ts";

/** Bytes of a page of WebAssembly memory, and pages at the start. */
const PAGE_BYTES = 65536, FIRST_PAGES = 16;
/** Addresses of matrices are multiples of this, in bytes. */
const ALIGNMENT = 64;
/** Minimum rows, columns and steps for which tiles are as fast. */
const MIN_TILED = { m: 4, n: 9, k: 16 } as const;

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
 * it from some 30 rows on. Memory grows to the largest product, of at most 4 GiB, and is freed with the
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
  readonly #memory = new WebAssembly.Memory({ initial: FIRST_PAGES });
  readonly #instance: KernelInstance;
  /** End of the memory that is in use, in bytes. */
  #end = ALIGNMENT;

  /** Compiles the kernels, some milliseconds. */
  constructor() {
    this.#instance = new KernelInstance({
      memory: this.#memory,
      allocate: (bytes) => this.#allocate(bytes),
      free: () => {}, // scratch grows seldom; what it leaves is small
    });
  }

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
    const instance = this.#instance;
    instance.tiles.count(m * n * k);
    const { kernels, block } = instance;
    const wide = block !== 0 && m >= MIN_TILED.m && n >= MIN_TILED.n && k >= MIN_TILED.k;
    const scratch = instance.scratch(
      wide
        ? kernels.wideMatMulScratchFloats(transposeA)
        : kernels.matMulScratchFloats(m, n, k, transposeA, transposeB),
    );
    const end = this.#end;
    try {
      const [left, right, c] = [a.length, b.length, m * n].map((size) => this.#allocate(size * 4));
      instance.floats(left!, a.length).set(a);
      instance.floats(right!, b.length).set(b);
      const args = [left!, right!, 0, c!, m, n, k, transposeA, transposeB, 0, scratch] as const;
      if (wide) kernels.wideMatMul(...args, block);
      else kernels.matMul(...args);
      return instance.floats(c!, m * n).slice();
    } finally {
      this.#end = end;
    }
  }

  /** Takes memory at the end; it grows if there is too little. */
  #allocate(bytes: number): number {
    const address = this.#end;
    this.#end = Math.ceil((address + bytes) / ALIGNMENT) * ALIGNMENT;
    const missing = Math.ceil((this.#end - this.#memory.buffer.byteLength) / PAGE_BYTES);
    if (missing > 0) this.#memory.grow(missing);
    return address;
  }
}
