/** Scores of held-out normal images: what a score is compared with. */

import { tf } from "../compute/mod.ts";
import { CLASS_SCORE, classesOf, type Model } from "../models/mod.ts";
import type { Group, ImageSet } from "../training/mod.ts";
import { batchFor } from "./detector.ts";
import { computeScores, scoreNames } from "./scores.ts";

/**
 * Scores images by every score that the model has.
 *
 * @param model The trained model.
 * @param images All images of the training.
 * @param indices Those that were held out.
 * @param group The member that scores its part of them.
 * @param classes Of all images: the places of their labels among the model's.
 * @returns By the name of a score: the scores, ascending; by the probability of a label, of those images
 * only that do not have it.
 */
export async function calibrate(
  model: Model,
  images: ImageSet,
  indices: Uint32Array,
  group: Group,
  classes?: Int32Array,
): Promise<Map<string, Float32Array>> {
  const { spec } = model;
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
      const labels = classes && Int32Array.from(part, (i) => classes[i]!);
      return computeScores(model, x, names, labels);
    });
    for (const [i, name] of names.entries()) {
      calibrations.get(name)!.set(await scores[i]!.data() as Float32Array, start);
      scores[i]!.dispose();
    }
  }
  for (const [name, scores] of calibrations) {
    group.sum(scores);
    const place = classesOf(spec).findIndex((label) => name === CLASS_SCORE + label);
    const others = place < 0 ? scores : scores.filter((_, i) => classes?.[indices[i]!] !== place);
    calibrations.set(name, others.sort());
  }
  return calibrations;
}
