/**
 * Affine map from a pixel of the result to its source, about the image's centre, in pixels:
 * column' = xx * column + xy * row + shiftX, row' = yx * column + yy * row + shiftY.
 */
export type AffineMap = readonly [
  ...[xx: number, xy: number, shiftX: number],
  ...[yx: number, yy: number, shiftY: number],
];

/** Map of every pixel to itself. */
const IDENTITY: AffineMap = [1, 0, 0, 0, 1, 0];

/** Whether a map changes nothing. */
export function isIdentity(map: AffineMap): boolean {
  return map.every((value, i) => value === IDENTITY[i]);
}

/**
 * Resamples an image bilinearly; places outside the image take its nearest pixel. Exact where the source
 * is the centre of a pixel, as in a mirror image.
 *
 * @param source Samples, row-major, channels last.
 * @param out Result, of the same length; must not be the source itself.
 * @param shape `[height, width, channels]`.
 * @param map Map from the result to the source.
 */
export function warp(
  source: Float32Array,
  out: Float32Array,
  [height, width, channels]: readonly [number, number, number],
  [xx, xy, shiftX, yx, yy, shiftY]: AffineMap,
): void {
  const middleX = (width - 1) / 2, middleY = (height - 1) / 2;
  const row = width * channels;
  let at = 0;
  for (let y = 0; y < height; y++) {
    const dy = y - middleY;
    const startX = middleX + shiftX + xy * dy, startY = middleY + shiftY + yy * dy;
    for (let x = 0; x < width; x++) {
      const dx = x - middleX;
      const fromX = Math.max(0, Math.min(width - 1, startX + xx * dx));
      const fromY = Math.max(0, Math.min(height - 1, startY + yx * dx));
      const left = Math.floor(fromX), top = Math.floor(fromY);
      const partX = fromX - left, partY = fromY - top;
      const first = top * row + left * channels;
      const right = partX > 0 ? channels : 0, down = partY > 0 ? row : 0;
      for (let c = first; c < first + channels; c++) {
        const above = source[c]! + partX * (source[c + right]! - source[c]!);
        const below = source[c + down]! + partX * (source[c + down + right]! - source[c + down]!);
        out[at++] = above + partY * (below - above);
      }
    }
  }
}
