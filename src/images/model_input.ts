/** The input of a model: which images it accepts, and how they are prepared. */

import { StrayError } from "../errors.ts";
import { preprocess, type Preprocessing } from "./_preprocess.ts";
import type { Image } from "./image.ts";
import { cutRegion } from "./region.ts";

/** The preparation of every image, and which images are accepted. */
export interface ModelInput extends Preprocessing {
  /** Whether an image of another size is resized instead of refused. */
  readonly resizes: boolean;
  /** Whether an image with other channels is converted instead of refused. */
  readonly converts: boolean;
  /** Whether the numbers of a vector become the pixels, row by row, if there are as many. @default {false} */
  readonly reshapes?: boolean | undefined;
  /**
   * Whether samples that were not finite become NaN, for a model that leaves them out.
   *
   * @default {false, they are replaced}
   */
  readonly omits?: boolean | undefined;
}

const CHANNELS = { 1: "grey", 2: "grey with alpha", 3: "RGB", 4: "RGB with alpha" } as const;

/**
 * Writes the model's input for one image: float32, row-major, channels last; in [0, 1], unless the
 * scale is `none`.
 *
 * A vector is never resized: with `reshapes` its numbers are the pixels.
 *
 * Colour whose channels are equal in every pixel counts as grey, since many programs store grey so.
 *
 * @param whole The decoded image.
 * @param input The model's input.
 * @param out Receives `width * height * channels` values.
 * @param offset Index of the first value in `out`.
 * @throws {StrayError} If size or channels differ and must not be changed (`shape`), or the samples
 *   do not fit the scale (`value`).
 *
 * @example
 * ```ts
 * import { writeModelInput } from "./model_input.ts";
 *
 * const image = { width: 1, height: 1, channels: 1, data: Uint8Array.of(255), white: 255 } as const;
 * const scale = { kind: "depth" } as const;
 * const input = { width: 1, height: 1, channels: 1, fit: "stretch", scale, resizes: false, converts: false } as const;
 * const out = new Float32Array(1);
 * writeModelInput(image, input, out, 0);
 * if (out[0] !== 1) throw new Error("white must be 1");
 * ```
 */
export function writeModelInput(
  whole: Image,
  input: ModelInput,
  out: Float32Array,
  offset: number,
): void {
  const image = input.region ? cutRegion(whole, input.region) : whole;
  if (input.reshapes && image.vector) return preprocess(reshape(image, input), input, out, offset);
  if (!input.resizes && (image.width !== input.width || image.height !== input.height)) {
    throw new StrayError(
      "shape",
      `Cannot use the image as its size must be ${input.width} x ${input.height}: ` +
        `current value is ${image.width} x ${image.height}`,
      {
        hint: image.vector
          ? "all vectors must have as many numbers"
          : "a model trained with --size WxH resizes images of any size",
      },
    );
  }
  if (!input.converts && (input.channels === 1 ? !isGrey(image) : image.channels < 3)) {
    const wanted = input.channels === 1 ? "grey" : "rgb";
    throw new StrayError(
      "shape",
      `Cannot use the image as it must be ${input.channels === 1 ? "grey" : "in colour"}: ` +
        `current channels are ${CHANNELS[image.channels]}`,
      { hint: `a model trained with --channels ${wanted} converts images` },
    );
  }
  preprocess(image, input, out, offset);
  if (input.omits && image.missing?.includes(1)) omit(image, image.missing, input, out, offset);
}

/** Writes NaN for the samples that were not finite. */
function omit(
  { width, height, channels }: Image,
  missing: Uint8Array,
  input: ModelInput,
  out: Float32Array,
  offset: number,
): void {
  if (width !== input.width || height !== input.height || channels !== input.channels) {
    throw new StrayError(
      "value",
      "Cannot use the image as all samples of an image that is resized or converted must be finite: " +
        `current number of others is ${missing.reduce((sum, one) => sum + one, 0)}`,
      { hint: `cut it to ${input.width} x ${input.height} pixels` },
    );
  }
  missing.forEach((one, i) => {
    if (one === 1) out[offset + i] = NaN;
  });
}

/** A vector as an image of the model's size: rows from top to bottom, channels last. */
function reshape(image: Image, { width, height, channels }: ModelInput): Image {
  const { length } = image.data, wanted = width * height * channels;
  if (length === wanted) return { ...image, width, height, channels };
  throw new StrayError(
    "shape",
    `Cannot use the vector as its numbers must be ${wanted}, for ${width} x ${height} x ${channels}: ` +
      `current number is ${length}`,
    { hint: sizeHint(length) },
  );
}

/** The size of an image of so many pixels, if there is an obvious one. */
function sizeHint(length: number): string {
  const colour = length % 3 === 0 && Number.isInteger(Math.sqrt(length / 3));
  const side = Math.sqrt(colour ? length / 3 : length);
  if (!Number.isInteger(side)) return "a vector is reshaped, never resized: omit --size";
  return `a vector is reshaped, never resized: train with --size ${side}x${side}` +
    (colour ? " --channels rgb" : "");
}

/** Whether there is no colour: 1 or 2 channels, or R = G = B in every pixel. */
function isGrey({ channels, data }: Image): boolean {
  if (channels < 3) return true;
  for (let i = 0; i < data.length; i += channels) {
    if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return false;
  }
  return true;
}
