/** Scores of the images that calibrate a model. */

import {
  classesOf,
  type Model,
  modelTypeOf,
  requireCapability,
  type ScoreDescription,
} from "../models/mod.ts";
import { concatenate } from "../concatenate.ts";
import type { ImageSet, LearningData, ProcessGroup } from "../training/mod.ts";
import { boundScores } from "./calibration.ts";
import type { CalibrationColumn, CalibrationScores } from "./calibration_method.ts";
import { computeInBatches, type ImageRows } from "./_in_batches.ts";

/** Maximum number of images that calibrate a score which takes many passes through a model. */
const COSTLY_IMAGES = 400;

/** The images that calibrate. */
export interface CalibratedImages {
  /** The model. */
  readonly model: Model;
  /** The images and the classes of their labels. */
  readonly data: Pick<LearningData, "images" | "classes">;
  /** The member, which scores its part of the images. */
  readonly group: ProcessGroup;
  /** Indices of the images that calibrate. */
  readonly indices: Uint32Array;
  /** Number of images that calibrate in all, where these are a part. @default {these} */
  readonly total?: number | undefined;
  /**
   * Index of the first image of the set among those that the model remembers: each is scored as if it did not.
   *
   * @default {it remembers none}
   */
  readonly rememberedFrom?: number | undefined;
}

/**
 * Scores images by every score of a model.
 *
 * Images of a label do not calibrate the score that is the probability of that label.
 *
 * @param images The images.
 * @returns Their scores.
 */
export async function calibrationScores(images: CalibratedImages): Promise<CalibrationScores> {
  const { model: { spec }, indices, total = indices.length } = images;
  const descriptions = modelTypeOf(spec).scores(spec);
  const costly = descriptions.filter((score) => score.costly);
  const quick = descriptions.filter((score) => !score.costly);
  const step = Math.ceil(total / COSTLY_IMAGES);
  const some = indices.filter((_, i) => i % step === 0);
  return new Map([
    ...await scoresOf(images, quick),
    ...await scoresOf({ ...images, indices: some }, costly),
  ]);
}

/** No scores at all: every p-value is 1. */
export function noScores({ spec }: Model): CalibrationScores {
  const none = { scores: new Float32Array(0), images: new Float32Array(0) };
  return new Map(modelTypeOf(spec).scores(spec).map(({ name }) => [name, none]));
}

/**
 * Merges the scores of parts of the images.
 *
 * @param parts Scores of the same names.
 * @returns All scores, ascending, by name.
 */
export function poolScores(parts: readonly CalibrationScores[]): CalibrationScores {
  return new Map(
    [...parts[0]?.keys() ?? []].map((name) => {
      const all = parts.map((part) => part.get(name)!);
      return [
        name,
        sortedColumn(
          concatenate(Float32Array, all.map(({ scores }) => scores)),
          concatenate(Float32Array, all.map(({ images }) => images)),
        ),
      ];
    }),
  );
}

/** Scores of images, ascending, by name. */
async function scoresOf(
  { model, data: { images, classes }, group, indices, rememberedFrom }: CalibratedImages,
  descriptions: readonly ScoreDescription[],
): Promise<(readonly [string, CalibrationColumn])[]> {
  const names = descriptions.map(({ name }) => name);
  if (names.length === 0) return [];
  const remembered = rememberedFrom === undefined
    ? undefined
    : indices.map((index) => rememberedFrom + index);
  const able = remembered && requireCapability(model, "leaveOneOut");
  const computed = await computeInBatches(
    model,
    { ...rowsAt(images, indices), remembered },
    (x, from) => {
      const to = from + x.shape[0]!;
      if (remembered) return able!.leaveOneOut(names, x, remembered.subarray(from, to));
      const own = Int32Array.from(indices.subarray(from, to), (i) => classes[i]!);
      return model.scores(names, x, own);
    },
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
    const counts = (j: number) => excluded === undefined || classes[indices[j]!] !== excluded;
    return [
      name,
      sortedColumn(
        scores.filter((_, j) => counts(j)),
        Float32Array.from(indices.filter((_, j) => counts(j))),
      ),
    ];
  });
}

/** Sorts scores, each with the index of its image. */
function sortedColumn(scores: Float32Array, images: Float32Array): CalibrationColumn {
  const order = Uint32Array.from(scores, (_, j) => j)
    .sort((a, b) => scores[a]! - scores[b]! || a - b);
  return {
    scores: Float32Array.from(order, (j) => scores[j]!),
    images: Float32Array.from(order, (j) => images[j]!),
  };
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

/** The indices 0 to `count` - 1. */
export function allOf(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => i);
}
