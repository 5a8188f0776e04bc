/** Split calibration: scores of normal images that were set aside before training. */

import { classesOf, type Model, modelTypeOf, type ScoreDescription } from "../models/mod.ts";
import {
  type ImageSet,
  type LearningData,
  type ProcessGroup,
  splitImages,
} from "../training/mod.ts";
import { boundScores } from "./calibration.ts";
import type {
  CalibrationColumn,
  CalibrationMethod,
  CalibrationScores,
} from "./calibration_method.ts";
import { computeInBatches, type ImageRows } from "./_in_batches.ts";

/** Maximum number of images that calibrate a score which takes many passes through a model. */
const COSTLY_IMAGES = 400;

/**
 * Sets a part of the images aside before training and scores it by every score of the model (Vovk,
 * Gammerman and Shafer 2005, inductive conformal prediction).
 *
 * Images of a label do not calibrate the score that is the probability of that label.
 */
export const SPLIT_CALIBRATION: CalibrationMethod = {
  divide(count, random, learns) {
    const { training, validation, calibration } = splitImages(count, random);
    if (learns) return { training, validation, calibration };
    const all = new Uint32Array(training.length + validation.length);
    all.set(training);
    all.set(validation, training.length);
    return { training: all.sort(), validation: new Uint32Array(0), calibration };
  },
  async calibrate({ model, data, group }): Promise<CalibrationScores> {
    const { calibration } = data.split, { spec } = model;
    const descriptions = modelTypeOf(spec).scores(spec);
    const costly = descriptions.filter((score) => score.costly);
    const quick = descriptions.filter((score) => !score.costly);
    const step = Math.ceil(calibration.length / COSTLY_IMAGES);
    const some = calibration.filter((_, i) => i % step === 0);
    return new Map([
      ...await scoresOf(model, data, group, calibration, quick),
      ...await scoresOf(model, data, group, some, costly),
    ]);
  },
};

/** Scores of images, ascending, by name. */
async function scoresOf(
  model: Model,
  { images, classes }: LearningData,
  group: ProcessGroup,
  indices: Uint32Array,
  descriptions: readonly ScoreDescription[],
): Promise<(readonly [string, CalibrationColumn])[]> {
  const names = descriptions.map(({ name }) => name);
  if (names.length === 0) return [];
  const computed = await computeInBatches(
    rowsAt(images, indices),
    (x, from) => model.scores(names, x, classesAt(classes, indices, from, from + x.shape[0]!)),
    group,
  );
  return descriptions.map(({ name, excludedLabel }, i) => {
    // A member without a batch of its own has nothing to add.
    const scores = computed[i] ?? new Float32Array(indices.length);
    group.allReduce(scores);
    boundScores(scores);
    const excluded = excludedLabel === undefined
      ? undefined
      : classesOf(model.spec).indexOf(excludedLabel);
    const order = Uint32Array.from(scores, (_, j) => j)
      .filter((j) => excluded === undefined || classes[indices[j]!] !== excluded)
      .sort((a, b) => scores[a]! - scores[b]! || a - b);
    return [name, {
      scores: Float32Array.from(order, (j) => scores[j]!),
      images: Float32Array.from(order, (j) => indices[j]!),
    }];
  });
}

/** Images of a set as rows. */
export function rowsAt(images: ImageSet, indices: Uint32Array): ImageRows {
  const read = (from: number, to: number) => {
    const values = new Float32Array((to - from) * images.imageSize);
    images.gather(indices.subarray(from, to), values);
    return values;
  };
  return { count: indices.length, shape: images.shape, read };
}

function classesAt(
  classes: Int32Array,
  indices: Uint32Array,
  from: number,
  to: number,
): Int32Array {
  return Int32Array.from(indices.subarray(from, to), (i) => classes[i]!);
}
