/** Sizes of the features of edges, known without computing. */

import { StrayError } from "../../errors.ts";
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

/** Fewest pixels along a side for which edges have a direction. */
const FEWEST_PIXELS = 4;

/** Whether images are large enough for their edges to have a direction. */
export function hasEdges([height, width]: ImageShape): boolean {
  return height >= FEWEST_PIXELS && width >= FEWEST_PIXELS;
}

/**
 * Refuses images whose edges have no direction.
 *
 * @param shape Shape of an image.
 * @param hint The remedy.
 * @throws {StrayError} `shape` If a side is shorter than 4 pixels.
 */
export function requireEdges(shape: ImageShape, hint: string): void {
  if (hasEdges(shape)) return;
  throw new StrayError(
    "shape",
    `Cannot compare edges as images must have ${FEWEST_PIXELS} pixels or more along each side: ` +
      `current size is ${shape[1]} x ${shape[0]}`,
    { hint },
  );
}

/**
 * The number of components to keep: at most half of the images, so that folds have enough, and images
 * have something outside the components.
 *
 * @param shape Shape of an image.
 * @param wanted Number of components wanted.
 * @param images Number of images, and the maximum number of those kept.
 */
export function componentCount(
  shape: ImageShape,
  wanted: number,
  { images = Infinity, keep }: { readonly images?: number | undefined; readonly keep: number },
): number {
  const half = Math.max(1, Math.floor(Math.min(images, keep) / 2));
  return Math.min(wanted, half, orientedSize(shape));
}
