/** Pixels of a file to values for a model. */

import { StrayError } from "../errors.ts";
import { remembered } from "./_remembered.ts";
import { resample, type Window } from "./_resample.ts";
import { checkScale, type Scale, scaleBytes, scaleInPlace } from "./_scale.ts";
import type { Image } from "./image.ts";
import { insideOf, type Region } from "./region.ts";
import type { Size } from "./resize.ts";
import { convertChannels } from "./to_channels.ts";

/** The preparation of every image. Plain JSON, kept in the model file. */
export interface Preprocessing {
  /** Number of columns, at least 1. */
  readonly width: number;
  /** Number of rows, at least 1. */
  readonly height: number;
  /** 1 for grey, 3 for RGB. */
  readonly channels: 1 | 3;
  /**
   * `stretch` resizes each axis by itself; `crop` first cuts to the aspect, in the middle; `pad` keeps the aspect: all
   * images are resized by `zoom`, or less if they are too large, and put into the upper left corner, with NaN elsewhere.
   */
  readonly fit: "stretch" | "crop" | "pad";
  /** Pixels of the input per pixel of an image, for `pad`. @default {as large as fits} */
  readonly zoom?: number | undefined;
  /** How samples become numbers from 0 to 1; `none` leaves them unchanged. */
  readonly scale: Scale;
  /** The part of every image that counts, cut out first. @default {the whole image} */
  readonly region?: Region | undefined;
}

/**
 * Writes the model's input for one image, row-major, channels last. Pixels outside the region's mask
 * are 0.
 *
 * Cut the region, crop, alpha onto black, resize (area for shrinking, bilinear for growing), grey or RGB, scale; all
 * in floats, so the depth of the source is kept. If size and channels match (MNIST), the samples are
 * only scaled, without allocation.
 *
 * @param image The decoded image, its region cut out.
 * @param p The preparation.
 * @param out Receives `width * height * channels` values.
 * @param offset Index of the first value in `out`.
 * @throws {StrayError} If `out` is too short (`shape`), or the samples do not fit the scale (`value`).
 */
export function preprocess(
  image: Image,
  p: Preprocessing,
  out: Float32Array,
  offset: number,
): void {
  const { width, height, channels } = p;
  const size = width * height * channels;
  if (!(offset >= 0 && offset + size <= out.length)) {
    throw new StrayError(
      "shape",
      `Cannot preprocess the image as the output must have ${size} values from ${offset} on: ` +
        `current length is ${out.length}`,
    );
  }
  checkScale(p.scale, image);
  if (p.fit === "pad") place(image, p, out, offset);
  else fill(image, p, out, offset);
  const inside = insideOfInput(p);
  for (let i = 0; inside && i < size; i++) {
    if (inside[Math.floor(i / channels)] === 0) out[offset + i] = 0;
  }
}

/** Resizes, converts and scales an image. */
function fill(image: Image, p: Preprocessing, out: Float32Array, offset: number): void {
  const { width, height, channels } = p, { data, white } = image;
  const pixels = width * height, size = pixels * channels;
  if (image.width === width && image.height === height) {
    if (image.channels === channels) {
      if (scaleBytes(image, p.scale, out, offset)) return;
      for (let i = 0; i < size; i++) out[offset + i] = data[i] as number;
    } else {
      convertChannels(image, channels, out, offset);
    }
  } else {
    const window = cropOf(image, p);
    if (image.channels === channels) {
      resample(data, image.width * channels, channels, window, width, height, out, offset);
    } else {
      const source = image.channels === 2 || image.channels === 4 ? withoutAlpha(image) : image;
      const from = source.channels;
      const small = new Float64Array(pixels * from);
      resample(source.data, source.width * from, from, window, width, height, small, 0);
      convertChannels({ data: small, channels: from, white }, channels, out, offset);
    }
  }
  scaleInPlace(out, offset, size, image, p.scale);
}

/** Writes an image into the upper left corner, and NaN elsewhere. */
function place(image: Image, p: Preprocessing, out: Float32Array, offset: number): void {
  const { width, height, channels } = p, placed = placedSize(image, p);
  const part = new Float32Array(placed.width * placed.height * channels);
  fill(image, { ...p, ...placed }, part, 0);
  out.fill(NaN, offset, offset + width * height * channels);
  const length = placed.width * channels;
  for (let y = 0; y < placed.height; y++) {
    out.set(part.subarray(y * length, (y + 1) * length), offset + y * width * channels);
  }
}

/** The size that an image has within the input, for `pad`. */
function placedSize(image: Size, { width, height, zoom = Infinity }: Preprocessing): Size {
  const factor = Math.min(zoom, width / image.width, height / image.height);
  const extent = (pixels: number, most: number) =>
    Math.min(most, Math.max(1, Math.round(pixels * factor)));
  return { width: extent(image.width, width), height: extent(image.height, height) };
}

/** The size of the part of the input, its upper left, that an image fills, its region cut out. */
export function filledPart(image: Size, p: Preprocessing): Size {
  return p.fit === "pad" ? placedSize(image, p) : p;
}

/**
 * Per pixel of the input 1 where at least half of it counts, else 0; undefined without a mask.
 * Callers share the array.
 */
export const insideOfInput: (p: Preprocessing) => Float32Array | undefined = remembered((p) => {
  const { width, height, region } = p, data = region && insideOf(region);
  if (!data) return undefined;
  const filled = filledPart(region, p), inside = new Float32Array(width * height);
  const shares = new Float32Array(filled.width * filled.height);
  resample(data, region.width, 1, cropOf(region, p), filled.width, filled.height, shares, 0);
  shares.forEach((share, i) => {
    const y = Math.floor(i / filled.width);
    inside[y * width + i - y * filled.width] = share < 0.5 ? 0 : 1;
  });
  return inside;
});

function withoutAlpha(image: Image): Image {
  const channels = image.channels === 2 ? 1 : 3;
  const data = new Float32Array(image.width * image.height * channels);
  convertChannels(image, channels, data);
  return { ...image, channels, data };
}

/** The part of an image that a preparation uses. */
export function windowOf(image: Size, p: Preprocessing): Window {
  const { x, y } = p.region ?? { x: 0, y: 0 };
  const crop = cropOf(p.region ?? image, p);
  return { ...crop, x: crop.x + x, y: crop.y + y };
}

/** The part of an image, its region cut out, that is resized. */
function cropOf(image: Size, { width, height, fit }: Preprocessing): Window {
  return fit === "crop"
    ? aspectWindow(image, width, height)
    : { x: 0, y: 0, width: image.width, height: image.height };
}

/** The largest centred window with the aspect `width : height`, to the nearest pixel. */
function aspectWindow(image: Size, width: number, height: number): Window {
  let [w, h] = [image.width, image.height];
  if (w * height > h * width) w = Math.max(1, Math.round((h * width) / height));
  else h = Math.max(1, Math.round((w * height) / width));
  w = Math.min(w, image.width);
  h = Math.min(h, image.height);
  const x = Math.floor((image.width - w) / 2);
  const y = Math.floor((image.height - h) / 2);
  return { x, y, width: w, height: h };
}
