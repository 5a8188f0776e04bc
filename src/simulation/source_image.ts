/** An image file as the galaxy behind a lens. */

import { createHash } from "node:crypto";
import { StrayError } from "../errors.ts";
import { type Image, resize, toChannels } from "../images/mod.ts";
import type { SourceImage } from "../lensing/mod.ts";

/** Larger images are made this large: a lensed galaxy is seen in fewer pixels than that. */
const MOST = 256;

/**
 * An image as a source: grey, the sky taken off, and its half-light radius measured.
 *
 * The sky is the median of the pixels at the border. What is below it counts as dark.
 *
 * @param image The pixels.
 * @param path Its name, which the manifest gives together with a hash of the pixels.
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
      `Cannot take "${path}" as a source as it must be brighter inside than at its border`,
      { hint: "give images of one galaxy each, on a dark sky" },
    );
  }
  let pixels = 0;
  for (let sum = 0; sum < total / 2; pixels++) sum += sorted[pixels]!;
  const hash = createHash("sha256").update(`${width}x${height}:`)
    .update(new Uint8Array(data.buffer)).digest("hex").slice(0, 16);
  return {
    name: `${path} sha256:${hash}`,
    width,
    height,
    data,
    halfLightRadius: Math.sqrt(pixels / Math.PI),
  };
}
