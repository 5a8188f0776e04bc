/** A picture that belongs to nobody, on which graphs are measured. */

import { Random } from "../../../random.ts";
import type { PlacedPart } from "../placed_part.ts";

/** Seed of the picture. */
const SEED = 16;
/** Pixels between the corners of the coarsest noise. */
const COARSEST = 64;
/** Contrast of brightness, and of what distinguishes the colours, as standard deviations. */
const CONTRAST = 0.25, COLOUR = 0.08;

/**
 * Makes noise as strong at every scale, as photographs have it (Field 1987, J. Opt. Soc. Am. A 4, 2379: amplitudes
 * fall with frequency): always the same for a size.
 *
 * @param height Rows.
 * @param width Columns.
 * @param channels 1 or 3.
 * @returns Samples in [0, 1].
 */
export function probePicture(height: number, width: number, channels: number): PlacedPart {
  const random = new Random(SEED), area = height * width;
  const grey = scaledNoise(random, height, width);
  const data = new Float32Array(area * channels);
  for (let channel = 0; channel < channels; channel++) {
    const own = channels > 1 ? scaledNoise(random, height, width) : undefined;
    for (let i = 0; i < area; i++) {
      const value = 0.5 + CONTRAST * grey[i]! + (own ? COLOUR * own[i]! : 0);
      data[i * channels + channel] = Math.min(1, Math.max(0, value));
    }
  }
  return { data, shape: [height, width, channels] };
}

/** Noise of mean 0 and standard deviation 1: a sum of octaves, each smooth between random corners. */
function scaledNoise(random: Random, height: number, width: number): Float32Array {
  const sum = new Float32Array(height * width);
  for (let step = COARSEST; step >= 1; step /= 2) {
    const columns = Math.ceil(width / step) + 1, rows = Math.ceil(height / step) + 1;
    const corners = Float32Array.from({ length: rows * columns }, () => random.normal());
    for (let y = 0, i = 0; y < height; y++) {
      const row = Math.floor(y / step), down = y / step - row;
      for (let x = 0; x < width; x++, i++) {
        const column = Math.floor(x / step), across = x / step - column;
        const at = row * columns + column;
        const upper = corners[at]! * (1 - across) + corners[at + 1]! * across;
        const lower = corners[at + columns]! * (1 - across) + corners[at + columns + 1]! * across;
        sum[i]! += upper * (1 - down) + lower * down;
      }
    }
  }
  const mean = sum.reduce((a, b) => a + b) / sum.length;
  const variance = sum.reduce((a, b) => a + (b - mean) ** 2, 0) / sum.length;
  return sum.map((value) => (value - mean) / Math.sqrt(variance));
}
