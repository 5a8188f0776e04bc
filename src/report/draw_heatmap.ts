/** Heatmaps: error maps painted over images. */

import { NO_VALUE } from "./contact_sheet.ts";
import type { Image } from "../images/mod.ts";

/** Options of {@linkcode drawHeatmap}. */
export interface HeatmapOptions {
  /** Width, pixels. */
  readonly width: number;
  /** Height, pixels. */
  readonly height: number;
  /** 1 for grey, 3 for RGB. */
  readonly channels: 1 | 3;
  /** Samples drawn black and white. @default {[0, 1]} */
  readonly range?: readonly [number, number];
}

type Colour = readonly [number, number, number];

/** Colours at errors of 1 and of 8 or more: orange and red of the ColorBrewer scheme "YlOrRd". */
const ORANGE: Colour = [254, 178, 76];
const RED: Colour = [189, 0, 38];
/** Doublings of the error between the two. */
const DOUBLINGS = 3;
/** Opacity at errors above 1, and just below. */
const OPAQUE = 0.85;
const FAINT = 0.4;

/**
 * Paints errors over a greyscale version of an image: faint orange up to an error of 1, then opaque from
 * orange to red at 8 or more.
 *
 * @param pixels The image, `[height, width, channels]`; grey where samples are NaN.
 * @param errors `[height, width]`, at least 0; anomalous above 1, as in `Detector.errorMaps`.
 * @param options The image's shape.
 * @returns An 8-bit RGB image.
 * @throws {TypeError} If pixels or errors have the wrong shape.
 *
 * @example
 * ```ts
 * import { drawHeatmap } from "./draw_heatmap.ts";
 *
 * const pixels = Float32Array.of(0.5, 0.5), errors = Float32Array.of(0, 20);
 * const { data } = drawHeatmap(pixels, errors, { width: 2, height: 1, channels: 1 });
 * if (data[0] !== 128 || data[1] !== 128) throw new Error("grey without an error");
 * if (!(data[3]! > 150 && data[4]! < 50)) throw new Error("red at a large error");
 * ```
 */
export function drawHeatmap(
  pixels: Float32Array,
  errors: Float32Array,
  options: HeatmapOptions,
): Image {
  const { width, height, channels, range: [low, high] = [0, 1] } = options;
  const area = width * height;
  if (errors.length !== area || pixels.length !== area * channels) {
    throw new TypeError(
      `Cannot draw a heatmap as it must have ${width} x ${height} errors and ${channels} samples ` +
        `for each: current numbers are ${errors.length} and ${pixels.length}`,
    );
  }
  const scale = high > low ? 255 / (high - low) : 0;
  const data = new Uint8Array(area * 3);
  for (let i = 0; i < area; i++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += pixels[i * channels + c]!;
    const mean = sum / channels;
    const grey = Number.isNaN(mean) ? NO_VALUE : Math.min(255, Math.max(0, (mean - low) * scale));
    const { colour, share } = paintOf(errors[i]!);
    for (let c = 0; c < 3; c++) data[i * 3 + c] = Math.round(grey + share * (colour[c]! - grey));
  }
  return { width, height, channels: 3, data, white: 255 };
}

/** The colour over a pixel, and its opacity. */
function paintOf(error: number): { readonly colour: Colour; readonly share: number } {
  if (!(error > 1)) return { colour: ORANGE, share: FAINT * (error || 0) };
  const along = Math.min(1, Math.log2(error) / DOUBLINGS);
  const mix = (c: 0 | 1 | 2) => ORANGE[c] + along * (RED[c] - ORANGE[c]);
  return { colour: [mix(0), mix(1), mix(2)], share: OPAQUE };
}
