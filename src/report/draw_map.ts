/** Scatter plots of maps: dots in the colours of their classes, and some of the images. */

import type { Image } from "../images/mod.ts";
import { toBytes } from "./contact_sheet.ts";

/** Options of {@linkcode drawMap}. */
export interface DrawMapOptions {
  /** The class of each point, from 0. @default {one class} */
  readonly classes?: ArrayLike<number>;
  /** The images of the points. @default {none} */
  readonly images?: {
    /** Samples in [0, 1], image by image, row-major, channels last. */
    readonly values: Float32Array;
    /** Width of an image, pixels. */
    readonly width: number;
    /** Height of an image, pixels. */
    readonly height: number;
    /** 1 for grey, 3 for RGB. */
    readonly channels: 1 | 3;
  };
  /** Width and height of the drawing, pixels. @default {1000} */
  readonly size?: number;
}

/** Matplotlib's ten colours for classes ("tab10"), reused cyclically. */
const COLOURS = [
  [31, 119, 180],
  [255, 127, 14],
  [44, 160, 44],
  [214, 39, 40],
  [148, 103, 189],
  [140, 86, 75],
  [227, 119, 194],
  [127, 127, 127],
  [188, 189, 34],
  [23, 190, 207],
] as const;

/** White border, pixels. */
const MARGIN = 40;
/** Minimum squared distance between images, relative to the map: Géron's. */
const ROOM = 0.02;
const DOT_RADIUS = 3;
const FRAME = 2;
/** Maximum size of images, pixels. */
const LARGEST = 56;

/**
 * Draws a map. Images are drawn at points with enough room, framed in the colour of their class. Both axes
 * have the same scale; y points up.
 *
 * Source: Géron, "Hands-On Machine Learning", chapter on autoencoders.
 *
 * @param xy x and y of each point.
 * @param options Classes and images.
 * @returns A square 8-bit RGB image.
 *
 * @example
 * ```ts
 * import { drawMap } from "./draw_map.ts";
 *
 * const { width, data } = drawMap(Float64Array.of(0, 0, 1, 1), { size: 200 });
 * const lowerLeft = (159 * width + 41) * 3;
 * if (data[lowerLeft] !== 31 || data[lowerLeft + 1] !== 119) throw new Error("a blue dot");
 * ```
 */
export function drawMap(xy: Float64Array, options: DrawMapOptions = {}): Image {
  const { classes, images, size = 1000 } = options;
  const canvas = { size, data: new Uint8Array(size * size * 3).fill(255) };
  const points = normalised(xy);
  const toPixel = (share: number) => Math.round(MARGIN + share * (size - 2 * MARGIN - 1));
  const count = xy.length / 2;
  const shown: number[] = [];
  for (let i = 0; i < count; i++) {
    const x = points[2 * i]!, y = points[2 * i + 1]!;
    drawDot(canvas, toPixel(x), toPixel(1 - y), colourOf(classes, i));
    if (!images) continue;
    const room = shown.every((j) =>
      (x - points[2 * j]!) ** 2 + (y - points[2 * j + 1]!) ** 2 > ROOM
    );
    if (room) shown.push(i);
  }
  if (images) {
    for (const i of shown) {
      const x = toPixel(points[2 * i]!), y = toPixel(1 - points[2 * i + 1]!);
      drawImage(canvas, x, y, images, i, colourOf(classes, i));
    }
  }
  return { width: size, height: size, channels: 3, data: canvas.data, white: 255 };
}

interface Canvas {
  readonly size: number;
  readonly data: Uint8Array;
}

type Colour = readonly [number, number, number];

function colourOf(classes: ArrayLike<number> | undefined, i: number): Colour {
  return COLOURS[(classes?.[i] ?? 0) % COLOURS.length]!;
}

/** Scales coordinates to [0, 1], centred along the shorter axis. */
function normalised(xy: Float64Array): Float64Array {
  const low = [Infinity, Infinity], high = [-Infinity, -Infinity];
  for (let i = 0; i < xy.length; i++) {
    low[i % 2] = Math.min(low[i % 2]!, xy[i]!);
    high[i % 2] = Math.max(high[i % 2]!, xy[i]!);
  }
  const extent = Math.max(high[0]! - low[0]!, high[1]! - low[1]!) || 1;
  return xy.map((value, i) => (value - (low[i % 2]! + high[i % 2]!) / 2) / extent + 0.5);
}

function paint({ size, data }: Canvas, x: number, y: number, [r, g, b]: Colour): void {
  if (x < 0 || y < 0 || x >= size || y >= size) return;
  data.set([r, g, b], (y * size + x) * 3);
}

function drawDot(canvas: Canvas, x: number, y: number, colour: Colour): void {
  for (let dy = -DOT_RADIUS; dy <= DOT_RADIUS; dy++) {
    for (let dx = -DOT_RADIUS; dx <= DOT_RADIUS; dx++) {
      if (dx * dx + dy * dy <= DOT_RADIUS * DOT_RADIUS) paint(canvas, x + dx, y + dy, colour);
    }
  }
}

/** Draws a framed image around a point; large images are subsampled. */
function drawImage(
  canvas: Canvas,
  x: number,
  y: number,
  { values, width, height, channels }: NonNullable<DrawMapOptions["images"]>,
  index: number,
  colour: Colour,
): void {
  const size = width * height * channels;
  const bytes = toBytes(values.subarray(index * size, (index + 1) * size));
  const share = LARGEST / Math.max(width, height);
  const zoom = share >= 1 ? Math.floor(share) : share;
  const across = Math.max(1, Math.round(width * zoom)),
    down = Math.max(1, Math.round(height * zoom));
  const left = x - (across >> 1), top = y - (down >> 1);
  for (let dy = -FRAME; dy < down + FRAME; dy++) {
    for (let dx = -FRAME; dx < across + FRAME; dx++) {
      const inside = dx >= 0 && dy >= 0 && dx < across && dy < down;
      const from = inside ? (Math.floor(dy / zoom) * width + Math.floor(dx / zoom)) * channels : 0;
      const [r, g = r, b = r] = bytes.subarray(from, from + channels);
      paint(canvas, left + dx, top + dy, inside ? [r!, g!, b!] : colour);
    }
  }
}
