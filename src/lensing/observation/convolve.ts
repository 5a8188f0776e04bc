/** Convolution of an image with a point spread function. */

import { convolveByFourier } from "./_convolve_by_fourier.ts";
import { integer } from "../_range.ts";
import type { Psf } from "./psf.ts";

/** Padding beyond the border: the nearest pixel, or darkness. */
export type Edge = "nearest" | "dark";

/** Options of {@linkcode convolve}. */
export interface ConvolveOptions {
  /** Columns of the image, at least 1. */
  readonly width: number;
  /** PSF. */
  readonly psf: Psf;
  /** Padding beyond the border. @default {"nearest"} */
  readonly edge?: Edge;
}

/** PSF size from which Fourier transforms are faster than direct sums. */
const LARGE = 15;

/**
 * Convolves an image with a PSF.
 *
 * Cost per pixel: twice the size of a separable PSF, the area of a small one; larger PSFs use
 * Fourier transforms. With nearest-pixel padding the result is that of
 * `scipy.ndimage.gaussian_filter(mode="nearest")`, and a flat sky stays flat. With dark padding no
 * light enters from outside. Flux is conserved except across the border.
 *
 * @param image Flux, row-major; its length is a multiple of the width.
 * @param options Width, PSF and padding.
 * @returns A new image.
 * @throws {RangeError} If the width is not a whole number of at least 1.
 * @throws {TypeError} If the length is not a multiple of the width.
 *
 * @example
 * ```ts
 * import { convolve } from "./convolve.ts";
 * import { gaussianPsf } from "./gaussian_psf.ts";
 *
 * const star = new Float64Array(21 * 21);
 * star[10 * 21 + 10] = 2;
 * const seen = convolve(star, { width: 21, psf: gaussianPsf({ fwhm: 0.3, pixelScale: 0.1 }) });
 * if (Math.abs(seen.reduce((sum, flux) => sum + flux, 0) - 2) > 1e-12) throw new Error("light lost");
 * ```
 */
export function convolve(
  image: Float64Array,
  { width, psf, edge = "nearest" }: ConvolveOptions,
): Float64Array {
  integer("convolve an image", "width", width, 1);
  const height = image.length / width;
  if (!Number.isInteger(height)) {
    throw new TypeError(
      `Cannot convolve an image as its length must be a multiple of ${width}: ` +
        `current value is ${image.length}`,
    );
  }
  const radius = (psf.size - 1) / 2;
  const wide = width + 2 * radius, high = height + 2 * radius;
  const padded = pad(image, width, height, radius, edge);
  if (psf.profile) {
    const rows = alongRows(padded, wide, high, psf.profile, width);
    return alongColumns(rows, width, psf.profile, height);
  }
  if (psf.size >= LARGE) return convolveByFourier(padded, wide, psf, width, height);
  return directly(padded, wide, psf, width, height);
}

/** Adds a border. */
function pad(
  image: Float64Array,
  width: number,
  height: number,
  radius: number,
  edge: Edge,
): Float64Array {
  const wide = width + 2 * radius, high = height + 2 * radius;
  const padded = new Float64Array(wide * high);
  for (let row = 0; row < high; row++) {
    const y = Math.min(Math.max(row - radius, 0), height - 1);
    if (edge === "dark" && y !== row - radius) continue;
    const at = row * wide + radius;
    padded.set(image.subarray(y * width, (y + 1) * width), at);
    if (edge === "dark") continue;
    padded.fill(image[y * width]!, at - radius, at);
    padded.fill(image[(y + 1) * width - 1]!, at + width, at + width + radius);
  }
  return padded;
}

/** Convolves rows; drops the border left and right. */
function alongRows(
  padded: Float64Array,
  wide: number,
  high: number,
  profile: Float64Array,
  width: number,
): Float64Array {
  const out = new Float64Array(width * high);
  for (let row = 0; row < high; row++) {
    addShifted(padded, row * wide, profile, out, row * width, width);
  }
  return out;
}

/** Convolves columns; drops the border above and below. */
function alongColumns(
  rows: Float64Array,
  width: number,
  profile: Float64Array,
  height: number,
): Float64Array {
  const out = new Float64Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let k = 0; k < profile.length; k++) {
      const weight = profile[k]!;
      for (let i = row * width, from = (row + k) * width; i < (row + 1) * width; i++, from++) {
        out[i] = out[i]! + weight * rows[from]!;
      }
    }
  }
  return out;
}

/** Sums over the PSF, flipped as the definition of a convolution requires. */
function directly(
  padded: Float64Array,
  wide: number,
  { size, weights }: Psf,
  width: number,
  height: number,
): Float64Array {
  const out = new Float64Array(width * height);
  const flipped = weights.toReversed();
  for (let row = 0; row < height; row++) {
    for (let k = 0; k < size; k++) {
      const line = flipped.subarray(k * size, (k + 1) * size);
      addShifted(padded, (row + k) * wide, line, out, row * width, width);
    }
  }
  return out;
}

/** Adds weighted sums of `line.length` neighbours to a row of pixels. */
function addShifted(
  from: Float64Array,
  start: number,
  line: Float64Array,
  into: Float64Array,
  at: number,
  width: number,
): void {
  for (let column = 0; column < width; column++) {
    let sum = into[at + column]!;
    for (let k = 0; k < line.length; k++) sum += line[k]! * from[start + column + k]!;
    into[at + column] = sum;
  }
}
