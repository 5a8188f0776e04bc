/** The image of a lensed source. */

import { integer, positive } from "./_range.ts";
import { refine } from "./_refine.ts";
import { Sampler, type Scene } from "./_sampler.ts";

export type { Scene } from "./_sampler.ts";

/** Options of {@linkcode traceImage}: a scene and its sampling. */
export interface TraceOptions extends Scene {
  /** Samples along the side of a pixel, at least 1. @default {1} */
  readonly subPixels?: number;
  /**
   * Relative error above which a pixel gets more samples, above 0. The error is relative to the
   * flux of the pixel or to 1 % of the brightest pixel, whichever is larger. @default no adaptive
   * sampling
   */
  readonly adaptive?: number | undefined;
  /** Maximum samples along the side of a pixel, with `adaptive`. @default {16} */
  readonly maxSubPixels?: number;
}

/** Result of {@linkcode traceImage}; row-major, row 0 at the top. */
export interface TracedImage {
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Flux of each pixel: surface brightness x area. */
  readonly flux: Float64Array;
  /** Flux from the source; `flux` itself if the lens has no light. */
  readonly source: Float64Array;
  /** Flux from the lens; empty if the lens has no light. */
  readonly lens: Float64Array;
  /** Number of pixels that got more samples. */
  readonly refined: number;
}

const ACTION = "trace an image";

/**
 * Traces rays from the pixels through the lens to the source.
 *
 * Lensing conserves surface brightness (Schneider, Ehlers and Falco 1992, chapter 5): a point of
 * the image is as bright as the source where its ray ends. The flux of a pixel is the mean over its
 * points times its area. With one sample per pixel the image is lenstronomy's at
 * `supersampling_factor` 1.
 *
 * With `adaptive`, pixels are subdivided until their relative error is as small as asked. A few
 * pixels per thousand, those with a cusp of the light or a point mass, can exceed it several times.
 * An error of 0.01 costs one to two further samples per pixel. Light that is smaller than the
 * spacing of the first samples can be missed: raise `subPixels` for compact sources. No PSF, no
 * noise.
 *
 * @param options Scene and sampling.
 * @returns The noise-free image.
 * @throws {RangeError} If the sampling is out of range.
 *
 * @example
 * ```ts
 * import { Grid } from "./grid.ts";
 * import { GaussianLight } from "./light/mod.ts";
 * import { traceImage } from "./trace_image.ts";
 *
 * const grid = new Grid({ width: 40, height: 40, pixelScale: 0.1 });
 * const source = new GaussianLight({ flux: 3, sigma: 0.2 });
 * const image = traceImage({ grid, source }); // no lens
 * const flux = image.flux.reduce((sum, pixel) => sum + pixel, 0);
 * if (Math.abs(flux - 3) > 1e-6) throw new Error("unexpected flux");
 * ```
 */
export function traceImage(options: TraceOptions): TracedImage {
  const { grid, lensLight, subPixels = 1, adaptive, maxSubPixels = 16 } = options;
  integer(ACTION, "subPixels", subPixels, 1);
  integer(ACTION, "maxSubPixels", maxSubPixels, 1);
  if (adaptive !== undefined) positive(ACTION, "adaptive", adaptive);
  const { width, height, count } = grid;
  const isLensSampled = lensLight !== undefined || adaptive !== undefined;
  const source = new Float64Array(count), lens = new Float64Array(isLensSampled ? count : 0);
  const sampler = new Sampler(options);
  sampler.sampleAll(subPixels, source, lens);
  const sampling = { width, subPixels, maxSubPixels, tolerance: adaptive ?? 0 };
  const refined = adaptive === undefined ? 0 : refine(sampler, source, lens, sampling);
  if (!lensLight) {
    return { width, height, flux: source, source, lens: new Float64Array(0), refined };
  }
  const flux = source.map((value, i) => value + lens[i]!);
  return { width, height, flux, source, lens, refined };
}
