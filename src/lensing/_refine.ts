/** Finer sampling of the pixels that need it. */

import type { Sampler } from "./_sampler.ts";

/** What refinement may do. */
export interface Refinement {
  /** Columns of the image. */
  readonly width: number;
  /** Points along a pixel's side so far. */
  readonly subPixels: number;
  /** Points along a pixel's side at most. */
  readonly maxSubPixels: number;
  /** Error allowed, relative to the pixel or a hundredth of the brightest one. */
  readonly tolerance: number;
}

/** Share of the brightest pixel that a pixel's error is measured against at least. */
const FLOOR = 0.01;
/** First candidates are pixels whose estimated error is above half of what is allowed. */
const SAFETY = 2;
/** What doubling may still change, in tolerances: the error that is left is about a third of that. */
const CHANGE = 2;

/**
 * Samples pixels again with twice as many points a side until that no longer changes them.
 *
 * The mean over a pixel differs from the mean of n x n points by h^2 / (24 n^2) times the Laplacian to
 * leading order. The second differences between neighbouring pixels give the first candidates, and
 * their neighbours; a pixel is done when doubling changed it by less than twice its tolerance, and
 * then the error of leading order is taken off (Richardson). Where light has a cusp or a caustic's
 * edge the order is lower, and the error of a pixel can be some times the tolerance.
 *
 * @param sampler Of the scene.
 * @param source Flux of each pixel from the source, made better.
 * @param lens The same of the lens.
 * @param refinement What is wanted.
 * @returns How many pixels were sampled again.
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
      source[pixel] = better(newSource[i]!, source[pixel]!, done);
      lens[pixel] = better(newLens[i]!, lens[pixel]!, done);
      if (!done) pixels[left++] = pixel;
    }
    pixels = pixels.subarray(0, left);
  }
  return refined;
}

/** The finer value, at the end with a third of its distance from the coarser one on top. */
function better(fine: number, coarse: number, last: boolean): number {
  return last ? Math.max(0, fine + (fine - coarse) / 3) : fine;
}

/** The pixels that are steep, and their neighbours. */
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
      // At the border the second difference of the pixel inside stands for it: it marks this one.
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
