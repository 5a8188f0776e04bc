/** Image files as inputs of a simulation: source galaxies and point spread functions. */

import { createHash } from "node:crypto";
import { StrayError } from "../errors.ts";
import { type Image, resize, toChannels } from "../images/mod.ts";
import { type KernelImage, kernelPsf, type SourceImage } from "../lensing/mod.ts";

/** Maximum side of a source image; a lensed galaxy covers fewer pixels. */
const MOST = 256;

/**
 * Prepares an image as a source: grey, sky subtracted, half-light radius measured.
 *
 * The sky is the median of the border pixels; values below it become 0.
 *
 * @param image Image of a galaxy.
 * @param path Name of the file; the manifest states it with a hash of the pixels.
 * @returns The source.
 * @throws {StrayError} `value` If it has no light.
 */
export function sourceImageOf(image: Image, path: string): SourceImage {
  const grey = toChannels(image, 1);
  const longest = Math.max(grey.width, grey.height);
  const small = longest <= MOST ? grey : resize(grey, {
    width: Math.max(1, Math.round(grey.width * MOST / longest)),
    height: Math.max(1, Math.round(grey.height * MOST / longest)),
  });
  const { width, height, white } = small;
  const border: number[] = [];
  for (let i = 0; i < small.data.length; i++) {
    const x = i % width, y = Math.floor(i / width);
    if (x === 0 || y === 0 || x === width - 1 || y === height - 1) border.push(small.data[i]!);
  }
  const sky = border.sort((a, b) => a - b)[Math.floor(border.length / 2)]!;
  const data = Float32Array.from(small.data, (value) => Math.max(0, (value - sky) / white));
  const sorted = data.slice().sort().reverse();
  const total = sorted.reduce((sum, value) => sum + value, 0);
  if (!(total > 0)) {
    throw new StrayError(
      "value",
      `Cannot use "${path}" as a source as it must be brighter inside than at its border`,
      { hint: "each image should show one galaxy on a dark sky" },
    );
  }
  let pixels = 0;
  for (let sum = 0; sum < total / 2; pixels++) sum += sorted[pixels]!;
  const name = hashedName(path, width, height, data);
  return { name, width, height, data, halfLightRadius: Math.sqrt(pixels / Math.PI) };
}

/** The image of a star, on the pixels of the simulated images. */
export interface PsfImage extends KernelImage {
  /** Name of the file, with a hash of the pixels. */
  readonly name: string;
  /** width x height samples, row-major, y down; normalised on use. */
  readonly data: Float32Array;
}

/**
 * Prepares an image as a point spread function.
 *
 * @param image Square image with odd sides, the star at the centre, the sky subtracted.
 * @param path Name of the file, for the manifest and for messages.
 * @returns The point spread function.
 * @throws {StrayError} `value` If the image is unsuitable.
 */
export function psfImageOf(image: Image, path: string): PsfImage {
  const { width, height, data: samples } = toChannels(image, 1);
  const data = Float32Array.from(samples);
  try {
    kernelPsf({ width, height, data });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new StrayError("value", cause.message.replace("an image", `"${path}"`), {
      hint: "crop a square with odd sides around a star, and subtract the sky",
      cause,
    });
  }
  return { name: hashedName(path, width, height, data), width, height, data };
}

function hashedName(path: string, width: number, height: number, data: Float32Array): string {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const hash = createHash("sha256").update(`${width}x${height}:`).update(bytes).digest("hex");
  return `${path} sha256:${hash.slice(0, 16)}`;
}
