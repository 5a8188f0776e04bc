/** Samples images from a restricted Boltzmann machine. */

import { concatenate } from "../src/concatenate.ts";
import type { Detector } from "../src/detection/mod.ts";
import type { Random } from "../src/random.ts";

/**
 * Gibbs sampling from random pixels: each step draws hidden units given the pixels, then pixels given
 * the hidden units (Hinton 2012, "A practical guide to training restricted Boltzmann machines",
 * section 2). Each image has its own chain.
 *
 * @param detector The machine.
 * @param count Number of images.
 * @param steps Steps per chain, at least 1.
 * @param random The random generator.
 * @returns Hidden units of the last step, 0 or 1, image by image.
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
      hidden = bernoulli((await detector.encode(bernoulli(pixels, random), images)).values, random);
      if (step < steps - 1) pixels = Float32Array.from(await detector.decode(hidden, images));
    }
    parts.push(hidden);
  }
  return concatenate(Float32Array, parts);
}

/** Draws units that are 1 with given probabilities, else 0. */
function bernoulli(probabilities: Float32Array, random: Random): Float32Array<ArrayBuffer> {
  return Float32Array.from(probabilities, (p) => random.uniform() < p ? 1 : 0);
}
