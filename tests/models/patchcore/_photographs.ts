/** Made photographs: stripes with noise, and some with a spot. */

import type { Image } from "../../../src/images/mod.ts";
import { Random } from "../../../src/random.ts";

/** A photograph, its spot where there is one in column and row. */
export function photograph(
  random: Random,
  [width, height]: readonly [number, number],
  spot?: readonly [x: number, y: number],
  channels: 1 | 3 = 3,
): Image {
  const data = new Uint8Array(width * height * channels), phase = random.uniform() * 9;
  for (let i = 0; i < width * height; i++) {
    const x = i % width, y = Math.floor(i / width);
    const level = 130 + 50 * Math.sin((x + 0.3 * y) / 5 + phase) + 8 * random.normal();
    const inside = spot !== undefined && (x - spot[0]) ** 2 + (y - spot[1]) ** 2 < 8 ** 2;
    for (let c = 0; c < channels; c++) data[i * channels + c] = inside ? 20 : level - 20 * c;
  }
  return { width, height, channels, data, white: 255 };
}

/** Photographs as entries of a source. */
export async function* entriesOf(images: readonly Image[]) {
  for (const [i, image] of images.entries()) yield { path: `${i}.png`, image };
}
