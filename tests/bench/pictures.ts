/** Synthetic images, equal in every run. */

import { Random } from "../../mod.ts";

/** Number of blobs per image. */
const BLOBS = 4;

/**
 * Draws grey images of Gaussian blobs.
 *
 * @param count Number of images.
 * @param side Their width and height, in pixels.
 * @returns `[count, side, side]`, 0 to 255.
 */
export function drawBlobs(count: number, side: number): Uint8Array<ArrayBuffer> {
  const random = new Random(7);
  const pixels = new Uint8Array(count * side * side);
  const across = new Float64Array(side), down = new Float64Array(side);
  const light = new Float64Array(side * side);
  const profile = (out: Float64Array, centre: number, width: number) => {
    for (let i = 0; i < side; i++) out[i] = Math.exp(-(((i - centre) / width) ** 2) / 2);
  };
  for (let image = 0; image < count; image++) {
    light.fill(0);
    for (let blob = 0; blob < BLOBS; blob++) {
      const width = side * (0.04 + 0.08 * random.uniform());
      const peak = 100 + 155 * random.uniform();
      profile(across, side * (0.2 + 0.6 * random.uniform()), width);
      profile(down, side * (0.2 + 0.6 * random.uniform()), width);
      for (let y = 0, at = 0; y < side; y++) {
        const row = peak * down[y]!;
        for (let x = 0; x < side; x++) light[at++]! += row * across[x]!;
      }
    }
    const from = image * side * side;
    for (let i = 0; i < light.length; i++) pixels[from + i] = Math.min(255, light[i]!);
  }
  return pixels;
}

/** The bytes of an IDX file of grey images. */
export function encodeIdx(
  pixels: Uint8Array,
  count: number,
  side: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(16 + pixels.length);
  const header = new DataView(bytes.buffer);
  [0x803, count, side, side].forEach((value, i) => header.setUint32(4 * i, value));
  bytes.set(pixels, 16);
  return bytes;
}

/** The bytes of an IDX file of labels, 0 to 9 in turns. */
export function encodeLabels(count: number): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from({ length: 8 + count }, (_, i) => (i - 8) % 10);
  const header = new DataView(bytes.buffer);
  [0x801, count].forEach((value, i) => header.setUint32(4 * i, value));
  return bytes;
}
