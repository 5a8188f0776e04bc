/** Structural similarity of images. */

import { checkLengths } from "./_check_lengths.ts";

/** Options of {@linkcode ssim}. */
export interface SsimOptions {
  /** Width, at least 11 pixels. */
  readonly width: number;
  /** Samples per pixel, channels last. @default {1} */
  readonly channels?: number;
  /** Maximum minus minimum possible sample, above 0. @default {1} */
  readonly range?: number;
}

const RADIUS = 5;
const SIGMA = 1.5;
const K1 = 0.01;
const K2 = 0.03;

/**
 * Mean structural similarity: similarity of means, contrasts and patterns in windows of 11 x 11 pixels,
 * weighted by a Gaussian of sigma 1.5 pixels.
 *
 * Source: Wang, Bovik, Sheikh and Simoncelli 2004, IEEE Transactions on Image Processing 13, eq. 13,
 * with K1 = 0.01 and K2 = 0.03. Only windows within the image count, as in the authors' program and in
 * scikit-image's `structural_similarity` with `gaussian_weights=True, sigma=1.5,
 * use_sample_covariance=False`. Averaged over channels. Computed in double precision; about 110
 * multiplications per sample.
 *
 * @param image Samples of one image, row-major, channels last.
 * @param other Samples of another image of the same shape.
 * @param options The shape and range of the images.
 * @returns A number in [-1, 1]; 1 for equal images.
 * @throws {TypeError} If the lengths differ, or do not fit the width.
 * @throws {RangeError} If the image is smaller than 11 x 11, or the range is not positive.
 *
 * @example
 * ```ts
 * import { ssim } from "./ssim.ts";
 *
 * const image = Float32Array.from({ length: 144 }, (_, i) => (i * 37 % 101) / 101);
 * const negative = image.map((value) => 1 - value);
 * if (ssim(image, image, { width: 12 }) !== 1) throw new Error("an image equals itself");
 * if (ssim(image, negative, { width: 12 }) > -0.5) throw new Error("a negative is the opposite");
 * ```
 */
export function ssim(
  image: Float32Array | Float64Array,
  other: Float32Array | Float64Array,
  { width, channels = 1, range = 1 }: SsimOptions,
): number {
  checkLengths("compare images", image, other);
  const height = image.length / (width * channels);
  if (!Number.isInteger(height)) {
    throw new TypeError(
      `Cannot compare images as their length must be a multiple of ${width} x ${channels}: ` +
        `current value is ${image.length}`,
    );
  }
  const size = 2 * RADIUS + 1;
  if (!(width >= size && height >= size)) {
    throw new RangeError(
      `Cannot compare images as they must be at least ${size} x ${size}: ` +
        `current size is ${width} x ${height}`,
    );
  }
  if (!(range > 0 && range < Infinity)) {
    throw new RangeError(`Cannot compare images as range must be > 0: current value is ${range}`);
  }
  let sum = 0;
  for (let channel = 0; channel < channels; channel++) {
    const take = (data: Float32Array | Float64Array): Float64Array =>
      Float64Array.from({ length: width * height }, (_, i) => data[i * channels + channel]!);
    sum += similarity(take(image), take(other), width, range);
  }
  return sum / channels;
}

/** The mean over all windows of a channel. */
function similarity(x: Float64Array, y: Float64Array, width: number, range: number): number {
  const c1 = (K1 * range) ** 2, c2 = (K2 * range) ** 2;
  const meanX = blur(x, width), meanY = blur(y, width);
  const squareX = blur(x.map((value) => value * value), width);
  const squareY = blur(y.map((value) => value * value), width);
  const product = blur(x.map((value, i) => value * y[i]!), width);
  let sum = 0;
  for (let i = 0; i < meanX.length; i++) {
    const mx = meanX[i]!, my = meanY[i]!;
    const covariance = product[i]! - mx * my;
    const variances = squareX[i]! - mx * mx + squareY[i]! - my * my;
    sum += (2 * mx * my + c1) * (2 * covariance + c2) /
      ((mx * mx + my * my + c1) * (variances + c2));
  }
  return sum / meanX.length;
}

/** Weighted means of all windows within the image. */
function blur(data: Float64Array, width: number): Float64Array {
  const weights = gaussian();
  const height = data.length / width, columns = width - 2 * RADIUS;
  const rows = new Float64Array(height * columns);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < columns; x++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * data[y * width + x + k]!;
      rows[y * columns + x] = sum;
    }
  }
  const out = new Float64Array((height - 2 * RADIUS) * columns);
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let k = 0; k < weights.length; k++) sum += weights[k]! * rows[i + k * columns]!;
    out[i] = sum;
  }
  return out;
}

function gaussian(): Float64Array {
  const weights = Float64Array.from(
    { length: 2 * RADIUS + 1 },
    (_, i) => Math.exp(-((i - RADIUS) ** 2) / (2 * SIGMA * SIGMA)),
  );
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / sum);
}
