/** Matrix products of plain arrays, loaded when they are needed. */

import type { DoubleRows } from "./wasm/double_rows.ts";
import type { MatrixProducts } from "./wasm/matrix_products.ts";

export type { DoubleRows } from "./wasm/double_rows.ts";
export type { MatrixProducts, ProductSize } from "./wasm/matrix_products.ts";

/**
 * Makes an object that multiplies matrices in plain arrays, on one thread, without tfjs and on any backend.
 *
 * @returns The products.
 */
export async function matrixProducts(): Promise<MatrixProducts> {
  return new (await import("./wasm/matrix_products.ts")).MatrixProducts();
}

/**
 * Keeps rows of float64 whose products with further rows are wanted again and again, as above.
 *
 * @param rows The rows, one after the other.
 * @param length Numbers per row, a divisor of the number of all.
 * @returns The rows.
 */
export async function doubleRows(rows: Float64Array, length: number): Promise<DoubleRows> {
  return new (await import("./wasm/double_rows.ts")).DoubleRows(rows, length);
}
