/** Matrix products of plain arrays, loaded when they are needed. */

import type { MatrixProducts } from "./wasm/matrix_products.ts";

export type { MatrixProducts, ProductSize } from "./wasm/matrix_products.ts";

/**
 * Makes an object that multiplies matrices in plain arrays, on one thread, without tfjs and on any backend.
 *
 * @returns The products.
 */
export async function matrixProducts(): Promise<MatrixProducts> {
  return new (await import("./wasm/matrix_products.ts")).MatrixProducts();
}
