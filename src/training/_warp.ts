/** Affine maps of images with bilinear resampling. */

/** Where a pixel of the result comes from: an affine map about the image's centre, in pixels. */
export interface WarpMap {
  /** Columns of the source by columns of the result. */
  readonly xx: number;
  /** Columns of the source by rows of the result. */
  readonly xy: number;
  /** Rows of the source by columns of the result. */
  readonly yx: number;
  /** Rows of the source by rows of the result. */
  readonly yy: number;
  /** Columns of the source at the centre. */
  readonly shiftX: number;
  /** Rows of the source at the centre. */
  readonly shiftY: number;
}

/** Whether a map changes nothing. */
export function isIdentity({ xx, xy, yx, yy, shiftX, shiftY }: WarpMap): boolean {
  return xx === 1 && yy === 1 && xy === 0 && yx === 0 && shiftX === 0 && shiftY === 0;
}

/**
 * Resamples an image.
 *
 * Between four pixels by their distance; outside the image its nearest pixel. Exact where a pixel comes
 * from one pixel, as in a mirror image.
 *
 * @param source Samples, row-major, channels last.
 * @param out Where the result goes, of the same length; not the source itself.
 * @param shape `[height, width, channels]`.
 * @param map Where each pixel comes from.
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
