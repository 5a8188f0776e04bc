/** A measured point spread function. */

import { outOfRange } from "../_range.ts";
import type { Psf } from "./psf.ts";
import { normalise } from "./round_psf.ts";

/** A single-channel image of a star. */
export interface KernelImage {
  /** Columns, odd. */
  readonly width: number;
  /** Rows, equal to the columns. */
  readonly height: number;
  /** width x height samples, row-major, y down. */
  readonly data: ArrayLike<number>;
}

/** Options of {@linkcode kernelPsf}. */
export interface KernelPsfOptions {
  /** Columns and rows to keep around the centre of the image, odd. @default {all} */
  readonly size?: number | undefined;
}

/**
 * The PSF of an image, for instance of a FITS file.
 *
 * @param image Square image with odd sides, the star at the centre, the sky subtracted.
 * @param options The part that is kept: fits with a small PSF are faster.
 * @returns The PSF: the samples divided by their sum.
 * @throws {RangeError} If the image is not square, its sides are even or smaller than the size, a sample is not finite, or
 *   the sum is not above 0.
 * @throws {TypeError} If the number of samples is not width x height.
 *
 * @example
 * ```ts
 * import { kernelPsf } from "./kernel_psf.ts";
 *
 * const psf = kernelPsf({ width: 3, height: 3, data: [0, 1, 0, 1, 4, 1, 0, 1, 0] });
 * if (psf.weights[4] !== 0.5) throw new Error("the weights add up to 1");
 * ```
 */
export function kernelPsf(
  { width, height, data }: KernelImage,
  { size = width }: KernelPsfOptions = {},
): Psf {
  const action = "use an image as a PSF";
  if (width !== height || !Number.isSafeInteger(width) || width < 1 || width % 2 === 0) {
    throw outOfRange(action, "it", "a square with odd sides", `${width} x ${height}`);
  }
  if (data.length !== width * height) {
    throw new TypeError(
      `Cannot ${action} as data must have ${width} x ${height} samples: ` +
        `current value is ${data.length}`,
    );
  }
  if (!Number.isSafeInteger(size) || size < 1 || size % 2 === 0 || size > width) {
    throw outOfRange(action, "size", `odd and at most ${width}`, size);
  }
  const border = (width - size) / 2;
  const weights = Float64Array.from({ length: size * size }, (_, i) => {
    return data[(border + Math.floor(i / size)) * width + border + i % size]!;
  });
  const wrong = weights.find((weight) => !Number.isFinite(weight));
  if (wrong !== undefined) throw outOfRange(action, "a sample", "finite", wrong);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (!(sum > 0)) throw outOfRange(action, "the sum of its samples", "above 0", sum);
  return { size, weights: normalise(weights) };
}
