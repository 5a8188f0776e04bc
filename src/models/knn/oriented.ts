/** Sizes of the features of edges, known without computing. */

import type { ImageShape } from "../../shape.ts";

/** Directions of gradients, unsigned: 30 degrees apart. */
export const DIRECTIONS = 6;
/** Pixels between two cells of a map. */
export const CELL_STRIDE = 2;
/** Principal components that are kept, and those of the score `plane`. */
export const ORIENTED_COMPONENTS = 48, PLANE_COMPONENTS = 32;
/** Side to which images are brought, about, in pixels: for cells that grow with the image. */
const SIDE = 28;

/** A size in which edges are seen. */
export interface OrientedScale {
  /** Pixels along an axis that are averaged into one. */
  readonly reduce: number;
  /** Pixels along an axis that one becomes. */
  readonly enlarge: number;
}

/** The sizes in which the edges of an image are seen. */
export function orientedScales([height, width]: ImageShape): readonly OrientedScale[] {
  const side = Math.max(height, width), reduce = Math.floor(side / SIDE);
  if (reduce <= 1) return [{ reduce: 1, enlarge: Math.max(1, Math.floor(SIDE / side)) }];
  return [reduce, 2 * reduce].map((reduce) => ({ reduce, enlarge: 1 }));
}

/** Numbers of the features per image. */
export function orientedSize(shape: ImageShape): number {
  const [height, width, channels] = shape;
  const cells = (pixels: number, { reduce, enlarge }: OrientedScale) =>
    Math.ceil(Math.ceil(pixels / reduce) * enlarge / CELL_STRIDE);
  const all = orientedScales(shape).map((scale) => cells(height, scale) * cells(width, scale));
  return all.reduce((sum, count) => sum + count, 0) * channels * DIRECTIONS;
}
