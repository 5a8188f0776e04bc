/** Sizes of the features of edges, known without computing. */

import type { ImageShape } from "../../shape.ts";

/** Directions of gradients, unsigned: 30 degrees apart. */
export const DIRECTIONS = 6;
/** Pixels between two cells of a map. */
export const CELL_STRIDE = 2;
/** Principal components that are kept, and those of the score `plane`. */
export const ORIENTED_COMPONENTS = 48, PLANE_COMPONENTS = 32;
/** Side of an image that is taken as it is, in pixels; larger ones are averaged down to about this. */
const SIDE = 28;

/** The numbers of pixels along an axis that are averaged into one, a scale each. */
export function orientedScales([height, width]: ImageShape): readonly number[] {
  const scale = Math.max(1, Math.floor(Math.max(height, width) / SIDE));
  return scale === 1 ? [1] : [scale, 2 * scale];
}

/** Numbers of the features per image. */
export function orientedSize(shape: ImageShape): number {
  const [height, width, channels] = shape;
  const cells = (pixels: number, scale: number) =>
    Math.ceil(Math.ceil(pixels / scale) / CELL_STRIDE);
  const all = orientedScales(shape).map((scale) => cells(height, scale) * cells(width, scale));
  return all.reduce((sum, count) => sum + count, 0) * channels * DIRECTIONS;
}
