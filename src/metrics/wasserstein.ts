/** Wasserstein distances. */

import { StrayError } from "../errors.ts";
import { checkLengths } from "./_check_lengths.ts";

/**
 * First Wasserstein distance (earth mover's distance) between two samples of numbers: the area between
 * their cumulative distributions.
 *
 * Numbers of a sample have equal weights; the samples may differ in length. Equals SciPy's
 * `wasserstein_distance`. Between scores of anomalies and of normal images it measures their separation in
 * the unit of the scores; unlike the AUROC, it does not saturate. Cost: two sorts.
 *
 * @param a A sample.
 * @param b Another sample.
 * @returns A number of at least 0.
 * @throws {TypeError} If a sample is empty.
 * @throws {StrayError} `value` If a number is not finite.
 *
 * @example
 * ```ts
 * import { wasserstein } from "./wasserstein.ts";
 *
 * const distance = wasserstein(Float64Array.of(0, 1, 3), Float64Array.of(5, 6, 8));
 * if (Math.abs(distance - 5) > 1e-12) throw new Error("unexpected distance");
 * ```
 */
export function wasserstein(
  a: Float32Array | Float64Array,
  b: Float32Array | Float64Array,
): number {
  if (a.length === 0 || b.length === 0) {
    throw new TypeError(
      "Cannot compare samples as both must contain a number: " +
        `current lengths are ${a.length} and ${b.length}`,
    );
  }
  for (const sample of [a, b]) {
    const at = sample.findIndex((value) => !Number.isFinite(value));
    if (at < 0) continue;
    throw new StrayError(
      "value",
      `Cannot compare samples as number ${at} must be finite: current value is ${sample[at]}`,
    );
  }
  const x = Float64Array.from(a).sort(), y = Float64Array.from(b).sort();
  let i = 0, j = 0, area = 0;
  let last = Math.min(x[0]!, y[0]!);
  while (i < x.length || j < y.length) {
    const next = Math.min(x[i] ?? Infinity, y[j] ?? Infinity);
    area += Math.abs(i / x.length - j / y.length) * (next - last);
    while (i < x.length && x[i] === next) i++;
    while (j < y.length && y[j] === next) j++;
    last = next;
  }
  return area;
}

/**
 * The reconstruction error of arXiv 2008.12731: {@linkcode wasserstein} between the column sums of an image
 * and those of its reconstruction.
 *
 * Follows the authors' published program (`EMD_Lensing.py` of unsupervised-lensing, for one grey image):
 * column sums are compared as two samples, regardless of the order of columns. Its tables list the mean
 * over the images of a class: for model A .22 (adversarial), .23 (variational), .27 (convolutional) and
 * 1.27 (RBM).
 *
 * @param image Samples of a grey image, row-major.
 * @param reconstruction The same number of samples.
 * @param width Width, pixels.
 * @returns A number of at least 0, in the unit of the samples times rows.
 * @throws {TypeError} If the lengths differ, or do not fit the width.
 * @throws {StrayError} `value` If a sample is not finite.
 *
 * @example
 * ```ts
 * import { reconstructionDistance } from "./wasserstein.ts";
 *
 * const image = Float32Array.of(1, 0, 1, 0), reconstruction = Float32Array.of(1, 0, 0, 0);
 * if (reconstructionDistance(image, reconstruction, 2) !== 0.5) throw new Error("unexpected distance");
 * ```
 */
export function reconstructionDistance(
  image: Float32Array | Float64Array,
  reconstruction: Float32Array | Float64Array,
  width: number,
): number {
  checkLengths("compare images", image, reconstruction);
  if (!(width >= 1 && Number.isInteger(image.length / width))) {
    throw new TypeError(
      `Cannot compare images as their length must be a multiple of their width ${width}: ` +
        `current value is ${image.length}`,
    );
  }
  return wasserstein(columnSums(image, width), columnSums(reconstruction, width));
}

function columnSums(image: Float32Array | Float64Array, width: number): Float64Array {
  const sums = new Float64Array(width);
  for (let i = 0; i < image.length; i++) sums[i % width]! += image[i]!;
  return sums;
}
