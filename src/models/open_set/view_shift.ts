/** The distance by which views of an image are shifted. */

import type { ImageShape } from "../../shape.ts";

/** Share of the shorter side: a pixel of 28. */
const SHIFT = 1 / 28;

/**
 * The shift of an image's views, as a part of a spec.
 *
 * @param shape Shape of an image.
 * @returns The shift in pixels; none where a pixel is too much.
 */
export function viewShift([height, width]: ImageShape): { readonly shift?: number } {
  const shift = Math.round(Math.min(height, width) * SHIFT);
  return shift > 0 ? { shift } : {};
}
