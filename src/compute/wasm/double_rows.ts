/** Rows of float64, by a kernel on a memory of their own. */

import { KernelInstance } from "./kernel_instance.ts";

/** Bytes of a page of WebAssembly memory. */
const PAGE_BYTES = 65536;
/** Addresses are multiples of this, in bytes. */
const ALIGNMENT = 64;

/**
 * Rows of numbers in float64, whose products with further rows are wanted again and again.
 *
 * @example
 * ```ts
 * import { DoubleRows } from "./double_rows.ts";
 *
 * const rows = new DoubleRows(Float64Array.of(1, 2, 3, 4), 2);
 * const [products] = rows.products([Float64Array.of(5, 6)]);
 * if (products![0] !== 17 || products![1] !== 39) throw new Error("unexpected products");
 * ```
 */
export class DoubleRows {
  readonly #memory: WebAssembly.Memory;
  readonly #instance: KernelInstance;
  readonly #rows: number;
  readonly #count: number;
  readonly #length: number;
  #end = ALIGNMENT;
  /** Addresses of further rows and of products, and the number of rows for which there is room. */
  #room = { vectors: 0, products: 0, count: 0 };

  /**
   * Copies the rows.
   *
   * @param rows The rows, one after the other.
   * @param length Numbers per row, a divisor of the number of all.
   */
  constructor(rows: Float64Array, length: number) {
    this.#memory = new WebAssembly.Memory({ initial: 16 });
    this.#instance = new KernelInstance({
      memory: this.#memory,
      allocate: (bytes) => this.#allocate(bytes),
      free: () => {}, // all is freed with the object
    });
    this.#length = length;
    this.#count = rows.length / length;
    this.#rows = this.#allocate(rows.byteLength);
    this.#doubles(this.#rows, rows.length).set(rows);
  }

  /**
   * The products of vectors with each row.
   *
   * @param vectors Vectors of a row's length.
   * @returns For each vector its product with each row; a sum is made in four parts, whose first has what four
   * steps leave.
   */
  products(vectors: readonly Float64Array[]): Float64Array[] {
    const count = vectors.length, m = this.#count, k = this.#length;
    if (count > this.#room.count) {
      const [vectors, products] = [this.#allocate(8 * count * k), this.#allocate(8 * count * m)];
      this.#room = { vectors, products, count };
    }
    const room = this.#room, held = this.#doubles(room.vectors, count * k);
    vectors.forEach((vector, i) => held.set(vector, i * k));
    this.#instance.kernels.doubleDots(this.#rows, room.vectors, room.products, m, count, k);
    const all = this.#doubles(room.products, count * m);
    return vectors.map((_, i) => all.slice(i * m, (i + 1) * m));
  }

  #doubles(address: number, count: number): Float64Array {
    return new Float64Array(this.#memory.buffer, address, count);
  }

  #allocate(bytes: number): number {
    const address = this.#end;
    this.#end = Math.ceil((address + bytes) / ALIGNMENT) * ALIGNMENT;
    const missing = Math.ceil((this.#end - this.#memory.buffer.byteLength) / PAGE_BYTES);
    if (missing > 0) this.#memory.grow(missing);
    return address;
  }
}
