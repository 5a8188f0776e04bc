/** Scores of held-out normal images: what a score is compared with. */

import { tf } from "../compute/mod.ts";
import type { Autoencoder } from "../models/mod.ts";
import type { Group, ImageSet } from "../training/mod.ts";
import { batchFor } from "./detector.ts";
import { scoreNames, SCORES } from "./scores.ts";

/**
 * Scores images by every score that the model has.
 *
 * @param network The trained model.
 * @param images All images of the training.
 * @param indices Those that were held out.
 * @param group The member that scores its part of them.
 * @returns By the name of a score: the scores, ascending.
 */
export async function calibrate(
  network: Autoencoder,
  images: ImageSet,
  indices: Uint32Array,
  group: Group,
): Promise<Map<string, Float32Array>> {
  const { spec } = network;
  const names = scoreNames(spec);
  const calibrations = new Map(names.map((name) => [name, new Float32Array(indices.length)]));
  const most = batchFor(spec.inputShape);
  // Whole batches go round, so that they are the same however many members there are.
  for (let start = group.rank * most; start < indices.length; start += group.size * most) {
    const part = indices.subarray(start, start + most);
    const values = new Float32Array(part.length * images.imageSize);
    images.gather(part, values);
    const scores = tf.tidy(() => {
      const x = tf.tensor4d(values, [part.length, ...spec.inputShape]);
      const errors = network.errors(x);
      return names.map((name) => SCORES[name]!.compute(x, errors, spec));
    });
    for (const [i, name] of names.entries()) {
      calibrations.get(name)!.set(await scores[i]!.data() as Float32Array, start);
      scores[i]!.dispose();
    }
  }
  for (const scores of calibrations.values()) {
    group.sum(scores);
    scores.sort();
  }
  return calibrations;
}
