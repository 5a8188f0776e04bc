/** Convolution with a large PSF by Fourier transforms. */

import { transform2d } from "./_fourier.ts";
import type { Psf } from "./psf.ts";

/**
 * The middle of a padded image's convolution.
 *
 * The image is the real part and the PSF the imaginary part of one complex image, so that one forward
 * transform does for both: F and G are its even and odd parts about 0, and their product goes back.
 *
 * @param padded The image with a border of the PSF's radius.
 * @param wide Its columns.
 * @param psf The PSF.
 * @param width Columns without the border.
 * @param height Rows without the border.
 * @returns width x height pixels.
 */
export function convolveByFourier(
  padded: Float64Array,
  wide: number,
  psf: Psf,
  width: number,
  height: number,
): Float64Array {
  const high = padded.length / wide;
  const columns = powerOfTwo(wide), rows = powerOfTwo(high);
  const re = new Float64Array(columns * rows), im = new Float64Array(columns * rows);
  for (let row = 0; row < high; row++) {
    re.set(padded.subarray(row * wide, (row + 1) * wide), row * columns);
  }
  const radius = (psf.size - 1) / 2;
  for (let i = 0; i < psf.weights.length; i++) {
    const row = (Math.floor(i / psf.size) - radius + rows) % rows;
    const column = (i % psf.size - radius + columns) % columns;
    im[row * columns + column] = psf.weights[i]!;
  }
  transform2d(re, im, columns);
  // With z = F + i G and its mirror w = conj(z(-k)): F G = (z^2 - w^2) / (4 i).
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const k = row * columns + column;
      const mirror = ((rows - row) % rows) * columns + (columns - column) % columns;
      if (mirror < k) continue;
      const a = re[k]!, b = im[k]!, c = re[mirror]!, d = im[mirror]!;
      const productRe = (a * b + c * d) / 2, productIm = (b * b - a * a + c * c - d * d) / 4;
      re[k] = productRe;
      im[k] = -productIm; // conjugate: the way back is the way there
      re[mirror] = productRe;
      im[mirror] = productIm;
    }
  }
  transform2d(re, im, columns);
  const out = new Float64Array(width * height), scale = 1 / (columns * rows);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      out[row * width + column] = scale * re[(row + radius) * columns + column + radius]!;
    }
  }
  return out;
}

/** The least power of two that is not below n. */
function powerOfTwo(n: number): number {
  let power = 1;
  while (power < n) power *= 2;
  return power;
}
