/** Affine maps of images with bilinear resampling. */

/** Affine map from a pixel of the result to its source, about the image's centre, in pixels. */
export interface WarpMap {
  /** Source columns per column of the result. */
  readonly xx: number;
  /** Source columns per row of the result. */
  readonly xy: number;
  /** Source rows per column of the result. */
  readonly yx: number;
  /** Source rows per row of the result. */
  readonly yy: number;
  /** Shift of the source, columns. */
  readonly shiftX: number;
  /** Shift of the source, rows. */
  readonly shiftY: number;
}

/** Whether a map changes nothing. */
export function isIdentity({ xx, xy, yx, yy, shiftX, shiftY }: WarpMap): boolean {
  return xx === 1 && yy === 1 && xy === 0 && yx === 0 && shiftX === 0 && shiftY === 0;
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
  { xx, xy, yx, yy, shiftX, shiftY }: WarpMap,
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
