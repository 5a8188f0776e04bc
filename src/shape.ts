/** Shapes of arrays: lists of extents, the last axis contiguous. */

/** `[height, width, channels]` of an image. */
export type ImageShape = readonly [height: number, width: number, channels: number];

/** Largest number of pixels along a side, units or kept images that a model file may name. */
export const MAX_COUNT: number = 1 << 24;

/** The number of values in an array of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
