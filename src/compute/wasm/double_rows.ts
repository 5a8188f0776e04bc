/** Rows of float64, by a kernel on a memory of their own. */

import { endWideOperations } from "../../end_wide_operations.ts";
import { KernelInstance } from "./kernel_instance.ts";
import { OwnMemory } from "./own_memory.ts";

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
  readonly #memory = new OwnMemory();
  readonly #instance = new KernelInstance(this.#memory);
  readonly #rows: number;
  readonly #count: number;
  readonly #length: number;
  /** Addresses of further rows and of products, and the number of rows for which there is room. */
  #room = { vectors: 0, products: 0, count: 0 };

  /**
   * Copies the rows.
   *
   * @param rows The rows, one after the other.
   * @param length Numbers per row, a divisor of the number of all.
   */
  constructor(rows: Float64Array, length: number) {
    this.#length = length;
    this.#count = rows.length / length;
    this.#rows = this.#memory.allocate(rows.byteLength);
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
      const [vectors, products] = [
        this.#memory.allocate(8 * count * k),
        this.#memory.allocate(8 * count * m),
      ];
      this.#room = { vectors, products, count };
    }
    const room = this.#room, held = this.#doubles(room.vectors, count * k);
    vectors.forEach((vector, i) => held.set(vector, i * k));
    this.#instance.kernels.doubleDots(this.#rows, room.vectors, room.products, m, count, k);
    endWideOperations();
    const all = this.#doubles(room.products, count * m);
    return vectors.map((_, i) => all.slice(i * m, (i + 1) * m));
  }

  #doubles(address: number, count: number): Float64Array {
    return new Float64Array(this.#memory.memory.buffer, address, count);
  }
}
