/** Convolution with a large PSF, by Fourier transforms. */

import { transform2d } from "./_fourier.ts";
import type { Psf } from "./psf.ts";

/**
 * Convolves a padded image and returns it without the padding.
 *
 * Image and PSF are the real and imaginary part of one complex image, so one forward transform
 * serves both: F and G are its even and odd parts about 0. Their product is transformed back.
 *
 * @param padded Image with a border as wide as the radius of the PSF.
 * @param wide Columns of the padded image.
 * @param psf PSF.
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
      im[k] = -productIm; // conjugate: the inverse transform as a forward one
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

/** The smallest power of two of at least n. */
function powerOfTwo(n: number): number {
  let power = 1;
  while (power < n) power *= 2;
  return power;
}
