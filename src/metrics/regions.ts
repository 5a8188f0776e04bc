/** Connected regions of a mask. */

/**
 * Finds the connected regions of a mask; pixels that touch at a side or a corner are connected.
 *
 * @param mask Row-major, y down; not 0 inside.
 * @param width Number of columns.
 * @returns Per pixel the number of its region from 1, 0 outside; and per region its number of pixels,
 * the first that of no region.
 *
 * @example
 * ```ts
 * import { findRegions } from "./regions.ts";
 *
 * const { regions, sizes } = findRegions(Uint8Array.of(1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1), 4);
 * if (regions.join("") !== "100010000002" || sizes.join() !== "9,2,1") throw new Error("unexpected regions");
 * ```
 */
export function findRegions(
  mask: ArrayLike<number>,
  width: number,
): { readonly regions: Uint32Array; readonly sizes: readonly number[] } {
  const regions = new Uint32Array(mask.length), sizes = [0], open: number[] = [];
  const height = mask.length / width;
  for (let start = 0; start < mask.length; start++) {
    if (!mask[start]) sizes[0]!++;
    if (!mask[start] || regions[start]) continue;
    const region = sizes.length;
    let size = 0;
    regions[start] = region;
    open.push(start);
    while (open.length > 0) {
      const at = open.pop()!, x = at % width, y = Math.floor(at / width);
      size++;
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const next = v * width + u;
          if (!mask[next] || regions[next]) continue;
          regions[next] = region;
          open.push(next);
        }
      }
    }
    sizes.push(size);
  }
  return { regions, sizes };
}
