/** Columns of splines: their light through the PSF, in standard deviations. */

import type { Grid } from "../grid.ts";
import type { Psf } from "../observation/psf.ts";
import type { SplineShares } from "./_spline_source.ts";

/** A column per spline, one after the other, without its zeros. */
export interface SplineColumns {
  /** The pixels that any spline lights, in order. */
  readonly pixels: Uint32Array;
  /** Where each column begins, and where the last one ends. */
  readonly starts: Uint32Array;
  /** Places in `pixels`. */
  readonly places: Uint32Array;
  /** Light, in standard deviations. */
  readonly values: Float64Array;
}

/**
 * Blurs and weighs the shares of splines.
 *
 * Beyond the border lies the nearest pixel, as in `convolve`: a pixel of the border also shines from all places that
 * it stands for.
 *
 * @param shares Shares of splines in pixels.
 * @param splines Number of splines.
 * @param slopes Factor of each pixel; pixels of 0 are left out.
 * @param grid The pixels.
 * @param psf The PSF.
 */
export function splineColumns(
  shares: SplineShares,
  splines: number,
  slopes: Float64Array,
  grid: Grid,
  psf: Psf | undefined,
): SplineColumns {
  const { width, height } = grid, radius = psf ? (psf.size - 1) / 2 : 0;
  const size = 2 * radius + 1, kernel = psf?.weights ?? Float64Array.of(1);
  const pixels = reachedPixels(shares, slopes, grid, radius), length = pixels.length;
  const places = new Int32Array(grid.count).fill(-1);
  pixels.forEach((pixel, j) => places[pixel] = j);
  const dense = new Float32Array(splines * length);
  const scatter = (from: number, weight: number, row: number, column: number) => {
    const top = Math.max(0, row - radius), bottom = Math.min(height - 1, row + radius);
    const left = Math.max(0, column - radius), right = Math.min(width - 1, column + radius);
    for (let r = top; r <= bottom; r++) {
      let at = r * width + left, k = (r - row + radius) * size + left - column + radius;
      for (let c = left; c <= right; c++, at++, k++) {
        const place = places[at]!;
        if (place >= 0) dense[from + place] = dense[from + place]! + weight * kernel[k]!;
      }
    }
  };
  for (let i = 0; i < shares.count; i++) {
    const pixel = shares.pixels[i]!, from = shares.splines[i]! * length;
    const row = Math.floor(pixel / width), column = pixel % width;
    const firstRow = row === 0 ? -radius : row, firstColumn = column === 0 ? -radius : column;
    const lastRow = row === height - 1 ? row + radius : row;
    const lastColumn = column === width - 1 ? column + radius : column;
    for (let r = firstRow; r <= lastRow; r++) {
      for (let c = firstColumn; c <= lastColumn; c++) scatter(from, shares.weights[i]!, r, c);
    }
  }
  return packed(dense, pixels, splines, slopes);
}

/** Leaves out zeros, and weighs the rest. */
function packed(
  dense: Float32Array,
  pixels: Uint32Array,
  splines: number,
  slopes: Float64Array,
): SplineColumns {
  const used = dense.reduce((sum, value) => value === 0 ? sum : sum + 1, 0);
  const starts = new Uint32Array(splines + 1), places = new Uint32Array(used);
  const values = new Float64Array(used);
  for (let k = 0, at = 0, to = 0; k < splines; k++) {
    for (let j = 0; j < pixels.length; j++, at++) {
      if (dense[at] === 0) continue;
      places[to] = j;
      values[to++] = dense[at]! * slopes[pixels[j]!]!;
    }
    starts[k + 1] = to;
  }
  return { pixels, starts, places, values };
}

/** Pixels that count, and that the PSF lets the light of splines reach. */
function reachedPixels(
  { count, pixels }: SplineShares,
  slopes: Float64Array,
  { width, height }: Grid,
  radius: number,
): Uint32Array {
  const isReached = new Uint8Array(slopes.length);
  let last = -1;
  for (let i = 0; i < count; i++) {
    if (pixels[i] === last) continue;
    last = pixels[i]!;
    const row = Math.floor(last / width), column = last % width;
    const left = Math.max(0, column - radius), right = Math.min(width, column + radius + 1);
    const top = Math.max(0, row - radius), bottom = Math.min(height, row + radius + 1);
    for (let r = top; r < bottom; r++) isReached.fill(1, r * width + left, r * width + right);
  }
  return Uint32Array.from(isReached.keys()).filter((i) => isReached[i] === 1 && slopes[i]! > 0);
}
