/** An image file as a point spread function. */

import { createHash } from "node:crypto";
import { StrayError } from "../errors.ts";
import { type Image, toChannels } from "../images/mod.ts";
import { kernelPsf } from "../lensing/mod.ts";

/** A star as the camera sees it, in the pixels of the images that are made. */
export interface PsfImage {
  /** Its file, with a hash of the pixels. */
  readonly name: string;
  /** Columns, odd. */
  readonly width: number;
  /** Rows, as many. */
  readonly height: number;
  /** Samples, row-major, y down; made to add up to 1 where they are used. */
  readonly data: Float32Array;
}

/**
 * An image as a point spread function.
 *
 * @param image A square of an odd side, the star in its middle, the sky taken off.
 * @param path Its name, for the manifest and for messages.
 * @returns The point spread function.
 * @throws {StrayError} `value` If it is none.
 */
export function psfImageOf(image: Image, path: string): PsfImage {
  const { width, height, data: samples } = toChannels(image, 1);
  const data = Float32Array.from(samples);
  try {
    kernelPsf({ width, height, data });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new StrayError("value", cause.message.replace("an image", `"${path}"`), {
      hint: "cut a square of an odd side around a star, and take off the sky",
      cause,
    });
  }
  const hash = createHash("sha256").update(`${width}x${height}:`)
    .update(new Uint8Array(data.buffer)).digest("hex").slice(0, 16);
  return { name: `${path} sha256:${hash}`, width, height, data };
}
