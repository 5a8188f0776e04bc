/** Samples to a model's numbers: from 0 to 1, or unchanged. */

import { StrayError } from "../errors.ts";
import { quantile } from "../quantile.ts";
import { remembered } from "./_remembered.ts";
import type { Image } from "./image.ts";

/**
 * How samples become numbers from 0 to 1; results are clipped, except for `none`.
 *
 * - `depth`: divided by white; floats must lie in [0, 1] already
 * - `unit`: floats unchanged; integers divided by white
 * - `range`: `low` becomes 0 and `high` 1, in the source's own units
 * - `percentile`: each image's own percentiles `low` and `high` (0 to 100, linear interpolation,
 *   over all channels, after the resize) become 0 and 1; an image without contrast becomes 0
 * - `none`: any numbers, unchanged: for vectors and for models without a sigmoid
 */
export type Scale =
  | { readonly kind: "depth" }
  | { readonly kind: "unit" }
  | { readonly kind: "range"; readonly low: number; readonly high: number }
  | { readonly kind: "percentile"; readonly low: number; readonly high: number }
  | { readonly kind: "none" };

/** Throws if the scale is invalid, or if it is `depth` and floats are not in [0, 1]. */
export function checkScale(scale: Scale, image: Image): void {
  if (scale.kind === "range" || scale.kind === "percentile") {
    const { low, high } = scale;
    const inside = scale.kind === "range" || (low >= 0 && high <= 100);
    if (!(low < high && high - low < Infinity && inside)) {
      throw new StrayError(
        "value",
        `Cannot scale the image as the ${scale.kind} must be two increasing numbers` +
          `${scale.kind === "percentile" ? " from 0 to 100" : ""}: ` +
          `current values are ${low} and ${high}`,
      );
    }
  }
  if (scale.kind !== "depth" || !(image.data instanceof Float32Array)) return;
  for (const value of image.data) {
    if (!(value >= 0 && value <= image.white)) {
      throw new StrayError(
        "value",
        "Cannot scale the image by its depth as samples that are no unsigned integers of 8 or 16 bits " +
          `must be from 0 to ${image.white}: current sample is ${value}`,
        { hint: "train with --scale auto, percentile or LOW,HIGH for such images" },
      );
    }
  }
}

/** Scales `size` values of `out` in place, from the units of `image`. */
export function scaleInPlace(
  out: Float32Array,
  offset: number,
  size: number,
  image: Image,
  scale: Scale,
): void {
  if (scale.kind === "none") {
    for (let i = offset; i < offset + size; i++) {
      if (!Number.isFinite(out[i])) throw notANumber(out[i]);
    }
    return;
  }
  let low = 0;
  let high = 1;
  if (scale.kind === "range") {
    low = scale.low;
    high = scale.high;
  } else if (scale.kind === "percentile") {
    const sorted = out.slice(offset, offset + size).sort();
    low = quantile(sorted, scale.low / 100);
    high = quantile(sorted, scale.high / 100);
  } else if (scale.kind === "depth" || !(image.data instanceof Float32Array)) {
    high = image.white;
  }
  const span = high - low;
  for (let i = offset; i < offset + size; i++) {
    const value = span > 0 ? ((out[i] as number) - low) / span : 0;
    if (!(value >= 0)) {
      if (value < 0) out[i] = 0;
      else throw notANumber(NaN);
    } else out[i] = value > 1 ? 1 : value;
  }
}

/** White of images of bytes. */
const WHITE = 255;

/** The numbers of the 256 bytes of an image, for a scale that does not depend on its other samples. */
const numbersOfBytes = remembered((scale: Scale): Float32Array => {
  const numbers = Float32Array.from({ length: WHITE + 1 }, (_, byte) => byte);
  const data = Uint8Array.from(numbers), size = { width: data.length, height: 1 };
  scaleInPlace(numbers, 0, data.length, { ...size, channels: 1, white: WHITE, data }, scale);
  return numbers;
});

/**
 * Scales an image of bytes by a table.
 *
 * @returns Whether it did: not for other samples, nor for percentiles.
 */
export function scaleBytes(
  { data, white }: Image,
  scale: Scale,
  out: Float32Array,
  offset: number,
): boolean {
  if (!(data instanceof Uint8Array) || white !== WHITE || scale.kind === "percentile") return false;
  const numbers = numbersOfBytes(scale);
  for (let i = 0; i < data.length; i++) out[offset + i] = numbers[data[i] as number] as number;
  return true;
}

function notANumber(sample: number | undefined): StrayError {
  return new StrayError(
    "value",
    `Cannot scale the image as its samples must be numbers: current sample is ${sample}`,
  );
}
