/** Many small images side by side as one. */

import type { Image } from "../images/mod.ts";

/** Options of {@linkcode contactSheet}. */
export interface SheetOptions {
  /** Columns of an image. */
  readonly width: number;
  /** Rows of an image. */
  readonly height: number;
  /** 1 for grey, 3 for RGB. */
  readonly channels: 1 | 3;
  /** Images in a row, at least 1. */
  readonly columns: number;
  /** The samples that become black and white. @default {[0, 1]} */
  readonly range?: readonly [number, number];
  /** How many times its size an image is drawn, a whole number. @default {what makes it 56 wide} */
  readonly zoom?: number;
}

/** White pixels between images and around them. */
const GAP = 2;
/** Images are drawn about this large, if that makes them larger. */
const COMFORTABLE = 56;

/**
 * Draws images in rows, with white between them; a pixel becomes a square.
 *
 * @param tiles Samples of each image, row-major, channels last; undefined leaves its place white.
 * @param options Their shape, and how many stand in a row.
 * @returns An image of 8 bits.
 * @throws {TypeError} If there are no images, or one has not the shape.
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
        `current number is ${wrong ? wrong.length : "of no image"}`,
    );
  }
  const zoom = options.zoom ?? comfortableZoom(width, height);
  const across = Math.min(columns, tiles.length), down = Math.ceil(tiles.length / columns);
  const stepX = width * zoom + GAP, stepY = height * zoom + GAP;
  const sheetWidth = across * stepX + GAP, sheetHeight = down * stepY + GAP;
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

/**
 * Samples as bytes.
 *
 * @param samples Any numbers.
 * @param range Those that become 0 and 255; what is beyond them becomes so too, and what is no number 0.
 * @returns As many bytes.
 */
export function toBytes(
  samples: Float32Array,
  [low, high]: readonly [number, number] = [0, 1],
): Uint8Array {
  const scale = high > low ? 255 / (high - low) : 0;
  return Uint8Array.from(
    samples,
    (value) => Math.min(255, Math.max(0, Math.round((value - low) * scale))),
  );
}

/** How many times its size an image of few pixels is drawn. */
export function comfortableZoom(width: number, height: number): number {
  return Math.max(1, Math.round(COMFORTABLE / Math.max(width, height)));
}
