/** Resizing images. */

import { StrayError } from "../errors.ts";
import { resample } from "./_resample.ts";
import type { Image, Samples } from "./image.ts";

/** Columns and rows. */
export interface Size {
  /** Number of columns, at least 1. */
  readonly width: number;
  /** Number of rows, at least 1. */
  readonly height: number;
}

/**
 * Resizes an image, each axis by itself: area averaging for shrinking, bilinear for growing.
 *
 * Sample centres are at half-integers and the edge is repeated. Area averaging keeps the mean.
 * Integers are rounded to the nearest.
 *
 * @param image Any image.
 * @param size The new size.
 * @returns A new image with samples of the same type; the image itself if the size is the same.
 * @throws {StrayError} If a side is not a whole number of at least 1 (`value`).
 *
 * @example
 * ```ts
 * import { resize } from "./resize.ts";
 *
 * const image = { width: 2, height: 1, channels: 1, data: Uint8Array.of(10, 30), white: 255 } as const;
 * if (resize(image, { width: 1, height: 1 }).data[0] !== 20) throw new Error("unexpected mean");
 * ```
 */
export function resize(image: Image, size: Size): Image {
  for (const name of ["width", "height"] as const) {
    const value = size[name];
    if (Number.isSafeInteger(value) && value >= 1) continue;
    throw new StrayError(
      "value",
      `Cannot resize the image as its ${name} must be a whole number of at least 1: ` +
        `current value is ${value}`,
    );
  }
  const { width, height } = size;
  if (width === image.width && height === image.height) return image;
  const { channels } = image;
  const values = new Float32Array(width * height * channels);
  const window = { x: 0, y: 0, width: image.width, height: image.height };
  resample(image.data, image.width * channels, channels, window, width, height, values, 0);
  return { ...image, width, height, data: likeSamples(values, image.data) };
}

/** Floats as samples of the type of `like`; integers are rounded to the nearest. */
export function likeSamples(values: Float32Array, like: Samples): Samples {
  if (like instanceof Float32Array) return values;
  const data = like instanceof Uint16Array
    ? new Uint16Array(values.length)
    : new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) data[i] = (values[i] as number) + 0.5; // truncates
  return data;
}
