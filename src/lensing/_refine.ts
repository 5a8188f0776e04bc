/** Adaptive sampling: finer sampling of the pixels that need it. */

import type { Sampler } from "./_sampler.ts";

/** Options of {@linkcode refine}. */
export interface Refinement {
  /** Columns of the image. */
  readonly width: number;
  /** Current samples along the side of a pixel. */
  readonly subPixels: number;
  /** Maximum samples along the side of a pixel. */
  readonly maxSubPixels: number;
  /** Allowed error, relative to the pixel or 1 % of the brightest pixel. */
  readonly tolerance: number;
}

/** Lower limit of the flux that errors are relative to, over the brightest pixel. */
const FLOOR = 0.01;
/** Safety factor of the error estimate that selects the first candidates. */
const SAFETY = 2;
/** Allowed change by the last doubling, in tolerances; the remaining error is a third of it. */
const CHANGE = 2;

/**
 * Resamples pixels with twice as many samples per side until their flux converges.
 *
 * To leading order, the mean over a pixel differs from the mean of n x n samples by h^2 / (24 n^2)
 * times the Laplacian. Second differences between neighbouring pixels select the first candidates;
 * their neighbours are added. A pixel is done when doubling changes it by less than twice the
 * tolerance; the leading-order error is then removed (Richardson extrapolation). At a cusp of the
 * light or the edge of a caustic the order is lower, and the error of a pixel can be several
 * tolerances.
 *
 * @param sampler Sampler of the scene.
 * @param source Flux of each pixel from the source, refined in place.
 * @param lens Flux of each pixel from the lens, refined in place.
 * @param refinement Limits.
 * @returns Number of pixels that were resampled.
 */
export function refine(
  sampler: Sampler,
  source: Float64Array,
  lens: Float64Array,
  { width, subPixels, maxSubPixels, tolerance }: Refinement,
): number {
  const total = source.map((flux, i) => flux + lens[i]!);
  const floor = FLOOR * total.reduce((most, flux) => Math.max(most, flux), 0);
  const weight = SAFETY / (24 * subPixels * subPixels * tolerance);
  let pixels = candidates(
    total,
    width,
    (i, laplacian) => weight * laplacian > Math.max(total[i]!, floor),
  );
  const refined = pixels.length;
  const newSource = new Float64Array(refined), newLens = new Float64Array(refined);
  for (let n = 2 * subPixels; n <= maxSubPixels && pixels.length > 0; n *= 2) {
    sampler.sample(pixels, n, newSource, newLens);
    let left = 0;
    for (let i = 0; i < pixels.length; i++) {
      const pixel = pixels[i]!, flux = newSource[i]! + newLens[i]!;
      const change = Math.abs(flux - source[pixel]! - lens[pixel]!);
      const done = change <= CHANGE * tolerance * Math.max(flux, floor);
      source[pixel] = extrapolate(newSource[i]!, source[pixel]!, done);
      lens[pixel] = extrapolate(newLens[i]!, lens[pixel]!, done);
      if (!done) pixels[left++] = pixel;
    }
    pixels = pixels.subarray(0, left);
  }
  return refined;
}

/** The finer value, extrapolated at the last doubling. */
function extrapolate(fine: number, coarse: number, last: boolean): number {
  return last ? Math.max(0, fine + (fine - coarse) / 3) : fine;
}

/** Returns the steep pixels and their neighbours. */
function candidates(
  image: Float64Array,
  width: number,
  steep: (pixel: number, laplacian: number) => boolean,
): Uint32Array {
  const height = image.length / width;
  const marked = new Uint8Array(image.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const i = row * width + column, twice = 2 * image[i]!;
      // Border pixels have no second difference; their inner neighbours mark them.
      const across = column > 0 && column < width - 1
        ? Math.abs(image[i - 1]! - twice + image[i + 1]!)
        : 0;
      const down = row > 0 && row < height - 1
        ? Math.abs(image[i - width]! - twice + image[i + width]!)
        : 0;
      if (!steep(i, across + down)) continue;
      for (let r = Math.max(row - 1, 0); r <= Math.min(row + 1, height - 1); r++) {
        marked.fill(
          1,
          r * width + Math.max(column - 1, 0),
          r * width + Math.min(column + 2, width),
        );
      }
    }
  }
  let count = 0;
  const pixels = new Uint32Array(image.length);
  for (let i = 0; i < marked.length; i++) if (marked[i] === 1) pixels[count++] = i;
  return pixels.subarray(0, count);
}
