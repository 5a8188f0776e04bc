/** A point spread function that was measured or computed elsewhere. */

import { outOfRange } from "../_range.ts";
import { normalised } from "./_normalised.ts";
import type { Psf } from "./psf.ts";

/** Samples of one channel, as an image file gives them. */
export interface KernelImage {
  /** Columns, odd. */
  readonly width: number;
  /** Rows, as many. */
  readonly height: number;
  /** width x height samples, row-major, y down. */
  readonly data: ArrayLike<number>;
}

/**
 * The PSF that an image shows, for instance one of a FITS file.
 *
 * @param image A square of an odd side, the star in its middle; the sky taken off.
 * @returns The PSF: the samples divided by their sum.
 * @throws {RangeError} If the image is not square, its side even, a sample not finite, or their sum
 * not above 0.
 * @throws {TypeError} If there are not width x height samples.
 *
 * @example
 * ```ts
 * import { kernelPsf } from "./kernel_psf.ts";
 *
 * const psf = kernelPsf({ width: 3, height: 3, data: [0, 1, 0, 1, 4, 1, 0, 1, 0] });
 * if (psf.weights[4] !== 0.5) throw new Error("the weights add up to 1");
 * ```
 */
export function kernelPsf({ width, height, data }: KernelImage): Psf {
  const action = "take an image as a PSF";
  if (width !== height || !Number.isSafeInteger(width) || width < 1 || width % 2 === 0) {
    throw outOfRange(action, "it", "a square of an odd side", `${width} x ${height}`);
  }
  if (data.length !== width * height) {
    throw new TypeError(
      `Cannot ${action} as it must have ${width} x ${height} samples: ` +
        `current value is ${data.length}`,
    );
  }
  const weights = Float64Array.from(data);
  const wrong = weights.find((weight) => !Number.isFinite(weight));
  if (wrong !== undefined) throw outOfRange(action, "a sample", "finite", wrong);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (!(sum > 0)) throw outOfRange(action, "the sum of its samples", "above 0", sum);
  return { size: width, weights: normalised(weights) };
}
