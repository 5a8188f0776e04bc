/** Outputs of layers as grids of cells. */

import { type Tensor4D, tf } from "../../../compute/mod.ts";
import type { GraphOutput } from "./onnx_graph.ts";

/** Most tokens before those of the cells: a class token, and registers (Darcet et al. 2023, arXiv 2309.16588). */
const MAX_FURTHER_TOKENS = 8;

/**
 * The output of a layer as a grid.
 *
 * @param output `[1, channels, rows, columns]`; or the tokens of a transformer, `[1, tokens, channels]`, of which the
 * last are square cells, row by row.
 * @param height Rows of the image.
 * @param width Its columns.
 * @returns `[1, rows, columns, channels]`.
 * @throws {TypeError} If it is neither.
 */
export function gridOf({ data, dims }: GraphOutput, height: number, width: number): Tensor4D {
  const [batch, ...rest] = dims;
  if (batch === 1 && rest.length === 3 && data.length > 0) {
    return tf.transpose(tf.tensor4d(data, [1, ...rest as [number, number, number]]), [0, 2, 3, 1]);
  }
  const [tokens = 0, channels = 0] = rest;
  const cells = rest.length === 2 ? cellsOf(tokens, height, width) : undefined;
  if (batch !== 1 || !cells) {
    throw new TypeError(
      "outputs must be [1, channels, rows, columns] or [1, tokens, channels]: " +
        `current shape is [${dims}]`,
    );
  }
  const [rows, columns] = cells;
  return tf.tensor4d(data.slice((tokens - rows * columns) * channels), [
    ...[1, rows, columns, channels] as const,
  ]);
}

/** Rows and columns of square cells that leave the fewest tokens over; undefined if too many are left. */
function cellsOf(tokens: number, height: number, width: number): [number, number] | undefined {
  for (let stride = 1; stride <= Math.min(height, width); stride++) {
    if (height % stride !== 0 || width % stride !== 0) continue;
    const rows = height / stride, columns = width / stride, further = tokens - rows * columns;
    if (further >= 0) return further <= MAX_FURTHER_TOKENS ? [rows, columns] : undefined;
  }
  return undefined;
}
