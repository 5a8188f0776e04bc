/** The middle of an image. */

import { StrayError } from "../errors.ts";
import type { Image } from "./image.ts";
import { checkedSize, type Size } from "./resize.ts";

/**
 * Cuts out the middle of an image; where the margin is odd, the larger part is right and below.
 *
 * @param image Any image.
 * @param size The size of the cut, at most that of the image.
 * @returns A new image; the image itself if the size is the same.
 * @throws {StrayError} If a side is not a whole number of at least 1 (`value`), or the image is
 *   smaller (`shape`).
 *
 * @example
 * ```ts
 * import { centreCrop } from "./centre_crop.ts";
 *
 * const image = { width: 3, height: 1, channels: 1, data: Uint8Array.of(1, 2, 3), white: 255 } as const;
 * if (centreCrop(image, { width: 1, height: 1 }).data[0] !== 2) throw new Error("not the middle");
 * ```
 */
export function centreCrop(image: Image, size: Size): Image {
  const { width, height } = checkedSize(size, "crop");
  if (width === image.width && height === image.height) return image;
  if (width > image.width || height > image.height) {
    throw new StrayError(
      "shape",
      `Cannot crop the image as it must be at least ${width} x ${height}: ` +
        `current size is ${image.width} x ${image.height}`,
    );
  }
  const { channels } = image;
  const left = Math.floor((image.width - width) / 2);
  const top = Math.floor((image.height - height) / 2);
  const data = image.data.slice(0, width * height * channels);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * image.width + left) * channels;
    data.set(image.data.subarray(from, from + width * channels), y * width * channels);
  }
  return { ...image, width, height, data };
}
