/** The part of an image that counts: a rectangle, or a mask of any shape. */

import { StrayError } from "../errors.ts";
import { remembered } from "./_remembered.ts";
import type { Image, Samples } from "./image.ts";
import { likeSamples, type Size } from "./resize.ts";
import { toChannels } from "./to_channels.ts";

/** A rectangle of every image, in pixels; or within it the pixels of a mask. Plain JSON. */
export interface Region {
  /** First column. */
  readonly x: number;
  /** First row. */
  readonly y: number;
  /** Number of columns. */
  readonly width: number;
  /** Number of rows. */
  readonly height: number;
  /** The mask; absent where the whole rectangle counts. */
  readonly mask?: RegionMask | undefined;
}

/** The pixels of a rectangle that count. */
export interface RegionMask {
  /** Size that every image must have. */
  readonly of: Size;
  /** Lengths of runs of pixels that do not count, that count, that do not … row by row. */
  readonly runs: readonly number[];
}

/**
 * The region of a mask: the smallest rectangle around its pixels above 0, and within it those pixels.
 *
 * @param image The mask, of the size of the images.
 * @param name Its name, for messages.
 * @returns The region.
 * @throws {StrayError} `value` If no pixel is above 0.
 *
 * @example
 * ```ts
 * import { regionOfMask } from "./region.ts";
 *
 * const data = Uint8Array.of(0, 0, 0, 0, 9, 9);
 * const region = regionOfMask({ width: 3, height: 2, channels: 1, data, white: 255 }, "mask.png");
 * if (region.x !== 1 || region.y !== 1 || region.width !== 2) throw new Error("unexpected region");
 * ```
 */
export function regionOfMask(image: Image, name: string): Region {
  const { data, width, height } = toChannels(image, 1);
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let i = 0; i < data.length; i++) {
    if (!(data[i]! > 0)) continue;
    const x = i % width, y = Math.floor(i / width);
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  if (right < 0) {
    throw new StrayError(
      "value",
      `Cannot use the mask "${name}" as some pixels must be above 0: all are 0`,
      { hint: "pixels that count are white" },
    );
  }
  const rect = { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
  const runs: number[] = [];
  let counts = false, length = 0;
  for (let i = 0; i < rect.width * rect.height; i++) {
    const at = (top + Math.floor(i / rect.width)) * width + left + i % rect.width;
    if (data[at]! > 0 === counts) length++;
    else {
      runs.push(length);
      [counts, length] = [!counts, 1];
    }
  }
  return { ...rect, mask: { of: { width, height }, runs: [...runs, length] } };
}

/**
 * The pixels of a region's rectangle that count: 1 for a pixel that counts, row-major; undefined
 * where all do. Callers share the array.
 */
export const insideOf: (region: Region) => Float32Array | undefined = remembered(
  ({ width, height, mask }) => {
    if (!mask) return undefined;
    const inside = new Float32Array(width * height);
    let at = 0;
    for (const [i, length] of mask.runs.entries()) inside.fill(i % 2, at, at += length);
    return inside;
  },
);

/**
 * Cuts a region out of an image. Pixels of its rectangle that do not count become the mean of those that do.
 *
 * @param image The image.
 * @param region The region.
 * @returns A new image of the size of the rectangle.
 * @throws {StrayError} `shape` If the rectangle reaches beyond the image, or the mask has another size.
 */
export function cutRegion(image: Image, region: Region): Image {
  const { x, y, width, height, mask } = region, { channels } = image;
  if (!containsRegion(image, region)) {
    const wanted = mask
      ? `its size must be that of the mask, ${mask.of.width} x ${mask.of.height}`
      : `it must contain the region of ${width} x ${height} pixels at ${x},${y}`;
    throw new StrayError(
      "shape",
      `Cannot use the image as ${wanted}: current size is ${image.width} x ${image.height}`,
      { hint: "the region is that of train --mask" },
    );
  }
  const cut = <Values extends Float32Array | Uint8Array>(from: Samples, to: Values): Values => {
    const length = width * channels;
    for (let row = 0; row < height; row++) {
      const at = ((y + row) * image.width + x) * channels;
      to.set(from.subarray(at, at + length), row * length);
    }
    return to;
  };
  const size = width * height * channels, values = cut(image.data, new Float32Array(size));
  const missing = image.missing && cut(image.missing, new Uint8Array(size));
  const inside = insideOf(region);
  if (inside) fillOutside(values, channels, inside);
  return {
    ...{ ...image, width, height, data: likeSamples(values, image.data) },
    ...missing && { missing },
  };
}

/** Whether an image has the pixels of a region: those of its rectangle, or the size of its mask. */
export function containsRegion(
  image: Size,
  { x, y, width, height, mask }: Region,
): boolean {
  return mask
    ? image.width === mask.of.width && image.height === mask.of.height
    : x + width <= image.width && y + height <= image.height;
}

/** Gives pixels outside a mask the mean of those inside. */
function fillOutside(values: Float32Array, channels: number, inside: Float32Array): void {
  for (let c = 0; c < channels; c++) {
    let sum = 0, count = 0;
    for (let i = 0; i < inside.length; i++) {
      if (inside[i] === 0) continue;
      sum += values[i * channels + c]!;
      count++;
    }
    for (let i = 0; i < inside.length; i++) {
      if (inside[i] === 0) values[i * channels + c] = sum / count;
    }
  }
}
