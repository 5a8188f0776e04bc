/** Images of any aspect on a canvas. */

import type { ImageShape } from "../../shape.ts";

/** An image without its surroundings. */
export interface PlacedPart {
  /** Its samples, row by row. */
  readonly data: Float32Array;
  /** `[height, width, channels]`. */
  readonly shape: [number, number, number];
}

/** The part of a canvas that has an image, its upper left: all samples elsewhere are NaN. */
export function placedPart(
  canvas: Float32Array,
  [height, width, channels]: ImageShape,
): PlacedPart {
  let [rows, columns] = [height, width];
  while (columns > 1 && Number.isNaN(canvas[(columns - 1) * channels]!)) columns--;
  while (rows > 1 && Number.isNaN(canvas[(rows - 1) * width * channels]!)) rows--;
  const shape: [number, number, number] = [rows, columns, channels];
  if (columns === width) return { data: canvas.slice(0, rows * width * channels), shape };
  const data = new Float32Array(rows * columns * channels), length = columns * channels;
  for (let y = 0; y < rows; y++) {
    const from = y * width * channels;
    data.set(canvas.subarray(from, from + length), y * length);
  }
  return { data, shape };
}
