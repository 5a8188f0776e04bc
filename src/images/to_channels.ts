/** Conversion between grey and colour, without alpha. */

import type { Image } from "./image.ts";
import { likeSamples } from "./resize.ts";

/** Rec. 601 luma, the grey of JPEG and most image libraries. */
const LUMA = [0.299, 0.587, 0.114] as const;

/**
 * Converts an image to one or three channels.
 *
 * Alpha is composited on black. Grey is the Rec. 601 luma of the stored samples, with no gamma
 * undone. Integers are rounded to the nearest.
 *
 * @param image Any image.
 * @param channels 1 for grey, 3 for RGB.
 * @returns A new image; the image itself if it has these channels.
 *
 * @example
 * ```ts
 * import { toChannels } from "./to_channels.ts";
 *
 * const red = { width: 1, height: 1, channels: 3, data: Uint8Array.of(255, 0, 0), white: 255 } as const;
 * if (toChannels(red, 1).data[0] !== 76) throw new Error("unexpected luma");
 * ```
 */
export function toChannels(image: Image, channels: 1 | 3): Image {
  if (image.channels === channels) return image;
  const values = new Float32Array(image.width * image.height * channels);
  convertChannels(image, channels, values);
  return { ...image, channels, data: likeSamples(values, image.data) };
}

/** Converts to floats, without rounding. */
export function convertChannels(
  image: Pick<Image, "channels" | "white"> & { readonly data: ArrayLike<number> },
  channels: 1 | 3,
  out: Float32Array,
  offset = 0,
): void {
  const { data, white, channels: from } = image;
  const hasAlpha = from === 2 || from === 4;
  const colours = hasAlpha ? from - 1 : from;
  const pixels = data.length / from;
  for (let p = 0, i = 0, to = offset; p < pixels; p++, i += from, to += channels) {
    const alpha = hasAlpha ? (data[i + colours] as number) / white : 1;
    const red = (data[i] as number) * alpha;
    if (colours === 1) {
      out[to] = red;
      if (channels === 3) out[to + 1] = out[to + 2] = red;
      continue;
    }
    const green = (data[i + 1] as number) * alpha;
    const blue = (data[i + 2] as number) * alpha;
    if (channels === 1) {
      out[to] = LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue;
    } else {
      out[to] = red;
      out[to + 1] = green;
      out[to + 2] = blue;
    }
  }
}
