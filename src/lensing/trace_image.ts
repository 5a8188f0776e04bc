/** The image of a source behind a lens. */

import { positive, whole } from "./_range.ts";
import { refine } from "./_refine.ts";
import { Sampler } from "./_sampler.ts";
import type { Scene } from "./trace_scene.ts";

/** Options of {@linkcode traceImage}: a scene and how finely it is sampled. */
export interface TraceOptions extends Scene {
  /** Points along a pixel's side, at least 1. @default {1} */
  readonly subPixels?: number;
  /**
   * Relative error above which pixels get more points, above 0: of the pixel's flux, or of a hundredth
   * of the brightest pixel's where that is more. Without it all pixels have as many.
   */
  readonly adaptive?: number | undefined;
  /** With `adaptive`: points along a pixel's side at most. @default {16} */
  readonly maxSubPixels?: number;
}

/** What {@linkcode traceImage} gives; row-major, row 0 at the top. */
export interface TracedImage {
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Flux of each pixel: surface brightness x area. */
  readonly flux: Float64Array;
  /** The part of it that comes from the source; `flux` itself if the lens has no light. */
  readonly source: Float64Array;
  /** The part of it that comes from the lens; empty if the lens has no light. */
  readonly lens: Float64Array;
  /** Number of pixels that got more points. */
  readonly refined: number;
}

const ACTION = "trace an image";

/**
 * Traces rays from the pixels through the lens to the source.
 *
 * Each point of a pixel is seen as bright as the source is where its ray ends, since lensing keeps
 * surface brightness (Schneider, Ehlers and Falco 1992, chapter 5); a pixel's flux is the mean over
 * its points times its area. With one point a pixel, that is lenstronomy's image at
 * `supersampling_factor` 1. With `adaptive`, pixels are halved until their flux no longer changes by
 * more than the relative error asked for: met by all pixels but those, a few in a thousand, that hold
 * a cusp of the light or a point mass, where it can be exceeded some times. An error of 0.01 costs one
 * to two further points a pixel. Light that is smaller than the first samples are apart can be missed:
 * raise `subPixels` for compact sources. No PSF, no noise.
 *
 * @param options The scene and the sampling.
 * @returns The image, noise-free.
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
  whole(ACTION, "subPixels", subPixels, 1);
  whole(ACTION, "maxSubPixels", maxSubPixels, 1);
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
  const flux = new Float64Array(count);
  for (let i = 0; i < count; i++) flux[i] = source[i]! + lens[i]!;
  return { width, height, flux, source, lens, refined };
}
