/** Scores of held-out normal images: what a score is compared with. */

import { tf } from "../compute/mod.ts";
import { CLASS_SCORE, classesOf, type Model } from "../models/mod.ts";
import type { ImageSet, ProcessGroup } from "../training/mod.ts";
import { EventLoopYielder } from "../yield_to_event_loop.ts";
import { boundScores } from "./calibration.ts";
import { batchFor } from "./detector.ts";
import { computeScores, COSTLY_SCORES, scoreNames } from "./scores.ts";

/** The most images by which a score is calibrated that takes many passes through a model. */
const COSTLY_IMAGES = 400;

/** What is scored, and who scores. */
interface Work {
  readonly model: Model;
  readonly images: ImageSet;
  /** The member that scores its part of the images. */
  readonly group: ProcessGroup;
  /** Of all images: the places of their labels among the model's. */
  readonly classes?: Int32Array | undefined;
}

/**
 * Scores images by every score that the model has.
 *
 * @param work What is scored, and who scores.
 * @param indices The images that were held out.
 * @returns By the name of a score: the scores, ascending. By the probability of a label they are those of
 * images that do not have it; by a score that takes long, those of 400 images at most.
 */
export async function calibrate(
  work: Work,
  indices: Uint32Array,
): Promise<Map<string, Float32Array>> {
  const { model: { spec }, classes } = work;
  const names = scoreNames(spec);
  const step = Math.ceil(indices.length / COSTLY_IMAGES);
  const costly = names.filter((name) => COSTLY_SCORES.includes(name));
  const quick = names.filter((name) => !costly.includes(name));
  const calibrations = new Map([
    ...await scoreAll(work, indices, quick),
    ...await scoreAll(work, indices.filter((_, i) => i % step === 0), costly),
  ]);
  for (const [name, scores] of calibrations) {
    const place = classesOf(spec).findIndex((label) => name === CLASS_SCORE + label);
    const others = place < 0 ? scores : scores.filter((_, i) => classes?.[indices[i]!] !== place);
    calibrations.set(name, others.sort());
  }
  return calibrations;
}

/** Scores of images in their order, by name. */
async function scoreAll(
  { model, images, group, classes }: Work,
  indices: Uint32Array,
  names: readonly string[],
): Promise<Map<string, Float32Array>> {
  const found = new Map(names.map((name) => [name, new Float32Array(indices.length)]));
  if (names.length === 0) return found;
  const { inputShape } = model.spec;
  const most = batchFor(inputShape);
  const yielder = new EventLoopYielder();
  // Whole batches go round, so that they are the same however many members there are.
  for (let start = group.rank * most; start < indices.length; start += group.size * most) {
    const part = indices.subarray(start, start + most);
    const values = new Float32Array(part.length * images.imageSize);
    images.gather(part, values);
    const scores = tf.tidy(() => {
      const x = tf.tensor4d(values, [part.length, ...inputShape]);
      const places = classes && Int32Array.from(part, (i) => classes[i]!);
      return computeScores(model, x, names, places);
    });
    const read = await Promise.all(scores.map((score) => score.data()));
    names.forEach((name, i) => found.get(name)!.set(read[i]!, start));
    tf.dispose(scores);
    await yielder.yield();
  }
  for (const scores of found.values()) {
    group.allReduce(scores);
    boundScores(scores);
  }
  return found;
}
