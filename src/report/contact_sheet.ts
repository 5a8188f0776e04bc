/** Contact sheets: small images in a grid. */

import { StrayError } from "../errors.ts";
import type { Image } from "../images/mod.ts";

/** Options of {@linkcode contactSheet}. */
export interface SheetOptions {
  /** Width of an image, pixels. */
  readonly width: number;
  /** Height of an image, pixels. */
  readonly height: number;
  /** 1 for grey, 3 for RGB. */
  readonly channels: 1 | 3;
  /** Images per row, at least 1. */
  readonly columns: number;
  /** Samples drawn black and white. @default {[0, 1]} */
  readonly range?: readonly [number, number];
  /** Magnification, an integer. @default {the one closest to 56 pixels} */
  readonly zoom?: number;
}

/** White pixels between images and around them. */
const GAP = 2;
/** Maximum number of samples of a sheet. */
const MOST_SAMPLES = 1 << 30;
/** Size to which smaller images are magnified, pixels. */
const TARGET_SIZE = 56;

/**
 * Draws images in rows, separated by white; a pixel becomes a square.
 *
 * @param tiles Samples of each image, row-major, channels last; undefined leaves a place white.
 * @param options Shape of the images, and layout.
 * @returns An 8-bit image.
 * @throws {TypeError} If there are no images, or one has the wrong shape.
 * @throws {StrayError} `too_large` If the sheet has more than 2^30 samples.
 *
 * @example
 * ```ts
 * import { contactSheet } from "./contact_sheet.ts";
 *
 * const tiles = [Float32Array.of(0), Float32Array.of(1), Float32Array.of(0.5)];
 * const shape = { width: 1, height: 1, channels: 1, columns: 2, zoom: 1 } as const;
 * const { width, height, data } = contactSheet(tiles, shape);
 * if (width !== 8 || height !== 8 || data[2 * 8 + 2] !== 0) throw new Error("unexpected sheet");
 * ```
 */
export function contactSheet(
  tiles: readonly (Float32Array | undefined)[],
  options: SheetOptions,
): Image {
  const { width, height, channels, columns, range = [0, 1] } = options;
  const size = width * height * channels;
  const wrong = tiles.find((tile) => tile && tile.length !== size);
  if (tiles.length === 0 || wrong) {
    throw new TypeError(
      `Cannot draw images as each must have ${width} x ${height} x ${channels} samples: ` +
        `current number is ${wrong ? wrong.length : "0, as there are no images"}`,
    );
  }
  const { zoom = Math.max(1, Math.round(TARGET_SIZE / Math.max(width, height))) } = options;
  const across = Math.min(columns, tiles.length), down = Math.ceil(tiles.length / columns);
  const stepX = width * zoom + GAP, stepY = height * zoom + GAP;
  const sheetWidth = across * stepX + GAP, sheetHeight = down * stepY + GAP;
  if (sheetWidth * sheetHeight * channels > MOST_SAMPLES) {
    throw new StrayError(
      "too_large",
      `Cannot draw ${tiles.length} images on a sheet as it must have at most ${MOST_SAMPLES} samples: ` +
        `it has ${sheetWidth} x ${sheetHeight} x ${channels}`,
      { hint: "draw fewer images, or a file per image" },
    );
  }
  const data = new Uint8Array(sheetWidth * sheetHeight * channels).fill(255);
  tiles.forEach((tile, i) => {
    if (!tile) return;
    const left = GAP + (i % columns) * stepX, top = GAP + Math.floor(i / columns) * stepY;
    const bytes = toBytes(tile, range);
    for (let y = 0; y < height * zoom; y++) {
      const from = Math.floor(y / zoom) * width * channels;
      const to = ((top + y) * sheetWidth + left) * channels;
      for (let x = 0; x < width * zoom; x++) {
        for (let c = 0; c < channels; c++) {
          data[to + x * channels + c] = bytes[from + Math.floor(x / zoom) * channels + c]!;
        }
      }
    }
  });
  return { width: sheetWidth, height: sheetHeight, channels, data, white: 255 };
}

/** Brightness where there is no sample, as beside an image on a larger canvas: seen on black and on white. */
export const NO_VALUE = 192;

/**
 * Maps samples to bytes.
 *
 * @param samples Any numbers.
 * @param range Samples mapped to 0 and 255; others are clamped, and NaN becomes grey.
 * @returns One byte per sample.
 */
export function toBytes(
  samples: Float32Array,
  [low, high]: readonly [number, number] = [0, 1],
): Uint8Array {
  const scale = high > low ? 255 / (high - low) : 0;
  const bytes = new Uint8Array(samples.length);
  for (let i = 0; i < bytes.length; i++) { // `from` with a function takes twenty times as long
    const level = Math.round((samples[i]! - low) * scale);
    bytes[i] = Number.isNaN(level) ? NO_VALUE : Math.min(255, Math.max(0, level));
  }
  return bytes;
}
