/** Drawing images from a restricted Boltzmann machine. */

import type { Detector } from "../src/detection/mod.ts";
import type { Random } from "../src/random.ts";

/**
 * Gibbs sampling from random pixels: hidden units are drawn given the pixels, then pixels given the hidden
 * units, over and over (Hinton 2012, "A practical guide to training restricted Boltzmann machines",
 * section 2). A chain for each image.
 *
 * @param detector The machine.
 * @param count Images.
 * @param steps Rounds of each chain, at least 1.
 * @param random Where all chance comes from.
 * @returns Hidden units, 0 or 1, one image after the other; they draw the last images.
 */
export async function drawHidden(
  detector: Detector,
  count: number,
  steps: number,
  random: Random,
): Promise<Float32Array> {
  const parts: Float32Array[] = [];
  for (let start = 0; start < count; start += detector.batchSize) {
    const images = Math.min(detector.batchSize, count - start);
    let pixels = new Float32Array(images * detector.inputSize).fill(0.5);
    let hidden = pixels;
    for (let step = 0; step < steps; step++) {
      hidden = switches((await detector.encode(switches(pixels, random), images)).values, random);
      if (step < steps - 1) pixels = Float32Array.from(await detector.decode(hidden, images));
    }
    parts.push(hidden);
  }
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Units that are 1 with given probabilities, else 0. */
function switches(probabilities: Float32Array, random: Random): Float32Array<ArrayBuffer> {
  return Float32Array.from(probabilities, (p) => random.uniform() < p ? 1 : 0);
}
