/** From pixels of a model's input back to pixels of the image. */

import { filledPart, type Preprocessing, windowOf } from "./_preprocess.ts";
import type { Image } from "./image.ts";
import { insideOf } from "./region.ts";
import { resize, type Size } from "./resize.ts";

/**
 * Enlarges a map of the model's input to the image that the input was made from; 0 where `fit: "crop"`
 * cuts the image off, and outside the region.
 *
 * @param values `width * height` numbers of the input, row-major.
 * @param input The preparation.
 * @param image The size of the image.
 * @returns A number per pixel of the image, row-major.
 *
 * @example
 * ```ts
 * import { mapToSource } from "./to_source.ts";
 *
 * const input = { width: 1, height: 1, channels: 1, fit: "crop", scale: { kind: "depth" } } as const;
 * const map = mapToSource(Float32Array.of(5), input, { width: 3, height: 1 });
 * if (map.join() !== "0,5,0") throw new Error("unexpected map");
 * ```
 */
export function mapToSource(values: Float32Array, input: Preprocessing, image: Size): Float32Array {
  const window = windowOf(image, input), { width, height } = filledPart(window, input);
  const filled = upperLeft(values, input.width, width, height);
  const map: Image = { width, height, channels: 1, data: filled, white: 1 };
  const data = resize(map, window).data as Float32Array;
  const inside = input.region && insideOf(input.region);
  if (!inside && window.width === image.width && window.height === image.height) return data;
  const out = new Float32Array(image.width * image.height);
  for (let y = 0; y < window.height; y++) {
    const row = data.subarray(y * window.width, (y + 1) * window.width);
    out.set(row, (window.y + y) * image.width + window.x);
  }
  for (let i = 0; inside && i < inside.length; i++) {
    const { x, y, width } = input.region!;
    if (inside[i] === 0) out[(y + Math.floor(i / width)) * image.width + x + i % width] = 0;
  }
  return out;
}

/** The first columns and rows of a map. */
function upperLeft(
  values: Float32Array,
  columns: number,
  width: number,
  height: number,
): Float32Array {
  if (width === columns && values.length === width * height) return values;
  const part = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    part.set(values.subarray(y * columns, y * columns + width), y * width);
  }
  return part;
}
