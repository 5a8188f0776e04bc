/** The area inside of a curve. */

/**
 * The area that a closed polyline encloses.
 *
 * Of the outer critical curve it is pi times the square of the effective Einstein radius, for lenses of
 * any shape. A curve that crosses itself, as a caustic may, counts each part by its winding.
 *
 * @param curve x0, y0, x1, y1 ...; the last point may repeat the first, or not.
 * @returns In the square of the curve's unit, 0 or more.
 *
 * @example
 * ```ts
 * import { enclosedArea } from "./enclosed_area.ts";
 *
 * if (enclosedArea(Float64Array.of(0, 0, 2, 0, 2, 1, 0, 1)) !== 2) throw new Error("2 x 1");
 * ```
 */
export function enclosedArea(curve: Float64Array): number {
  const count = curve.length / 2;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const j = (i + 1) % count;
    sum += curve[2 * i]! * curve[2 * j + 1]! - curve[2 * j]! * curve[2 * i + 1]!;
  }
  return Math.abs(sum) / 2;
}
