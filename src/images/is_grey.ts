/** Whether an image has colour. */

import type { Image } from "./image.ts";

/**
 * Whether an image is grey: 1 or 2 channels, or R = G = B in every pixel.
 *
 * Alpha does not count. Stops at the first pixel with colour.
 *
 * @param image Any image.
 * @returns `true` if there is no colour in it.
 *
 * @example
 * ```ts
 * import { isGrey } from "./is_grey.ts";
 *
 * const red = { width: 1, height: 1, channels: 3, data: Uint8Array.of(255, 0, 0), white: 255 } as const;
 * if (isGrey(red)) throw new Error("red is a colour");
 * ```
 */
export function isGrey(image: Image): boolean {
  const { channels, data } = image;
  if (channels < 3) return true;
  for (let i = 0; i < data.length; i += channels) {
    if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return false;
  }
  return true;
}
