/** Several scores of a model as one score, calibrated as a whole. */

import { StrayError } from "../errors.ts";
import { scoreParts } from "../models/mod.ts";
import type { ModelFile } from "../store/mod.ts";
import { boundScores, lowerBound } from "./calibration.ts";

/** A score of a detector: one of the model's, or several combined. */
export interface DetectorScore {
  /** The scores that the model computes. */
  readonly parts: readonly string[];
  /** Scores of the images that calibrate, ascending. */
  readonly calibration: Float32Array;
  /** For a combined score, those of each part, ascending: `countAbove` compares with them. */
  readonly columns?: readonly Float32Array[];
  /**
   * From the model's scores to the detector's, image by image.
   *
   * @param columns Finite scores, an array per part.
   */
  combine(columns: readonly Float32Array[]): Float32Array;
}

/** The remedy for a file without the calibration that is needed. */
export const TRAIN_AGAIN = "train it again with this version of stray";

/**
 * The score of a name.
 *
 * `A+B` is minus the decimal logarithm of the harmonic mean of the p-values by A and by B: high where
 * either is, at the price of a factor between 1 and 2 in p. It has the calibration of a score of its own, so
 * that its p-values hold however A and B depend on each other: a calibration image is compared with the
 * others as a new image is with all. Adding the new image to those others can only lower its score, so p
 * is at least that of full conformal prediction (Vovk, Gammerman and Shafer 2005, section 2.2), which is
 * valid for exchangeable images.
 *
 * Source of the combination: Wilson 2019, "The harmonic mean p-value for combining dependent tests", PNAS
 * 116, 1195. Cauchy's combination was left out: a p-value near 1 there hides one near 0.
 *
 * @param score Name of a score of the model, or several joined by `+`.
 * @param model The model.
 * @param name The file's name, for messages.
 * @returns The score.
 * @throws {StrayError} `usage` If the model has no such score; `model` if the file lacks its calibration.
 */
export function detectorScore(
  score: string,
  model: Pick<ModelFile, "spec" | "calibrations" | "calibrationImages">,
  name: string,
): DetectorScore {
  const parts = scoreParts(score, model.spec);
  if (parts.length === 1) {
    const calibration = calibrationOf(model, parts[0]!, name);
    return { parts, calibration, combine: ([column]) => column! };
  }
  const images = parts.map((part) => {
    const found = model.calibrationImages?.get(part);
    if (found) return found;
    throw new StrayError(
      "model",
      `Cannot combine scores of the model "${name}" as it must hold which calibration scores are of ` +
        `one image: those by ${part} lack it`,
      { hint: TRAIN_AGAIN },
    );
  });
  const rows = joined(parts.map((part) => calibrationOf(model, part, name)), images);
  const sorted = rows.map((column) => column.slice().sort());
  const weight = combinedWeight(sorted);
  const combine = (columns: readonly Float32Array[], others: boolean) => {
    const combined = new Float32Array(columns[0]!.length);
    for (let i = 0; i < combined.length; i++) {
      let sum = 0;
      for (const [j, column] of columns.entries()) {
        sum += 1 / countAbove(sorted[j]!, column[i]!, others);
      }
      combined[i] = Math.log10(weight * sum);
    }
    return boundScores(combined);
  };
  return {
    parts,
    calibration: combine(rows, true).sort(),
    columns: sorted,
    combine: (columns) => combine(columns, false),
  };
}

/**
 * Scores of the images that calibrate a score of the model, ascending.
 *
 * @param model The model.
 * @param score The name of the score.
 * @param name The file's name, for messages.
 * @throws {StrayError} `model` If the file has none.
 */
export function calibrationOf(
  { calibrations }: Pick<ModelFile, "calibrations">,
  score: string,
  name: string,
): Float32Array {
  const found = calibrations.get(score);
  if (found) return found;
  throw new StrayError(
    "model",
    `Cannot use the model "${name}" as it must hold calibration scores by ${score}`,
    { hint: TRAIN_AGAIN },
  );
}

/** The factor of the sum in a combined score: with it the score is minus the logarithm of a mean of p-values. */
export function combinedWeight(columns: readonly Float32Array[]): number {
  return (columns[0]!.length + 1) / columns.length;
}

/** Columns of scores, with a row per image that has all of them. */
function joined(
  columns: readonly Float32Array[],
  images: readonly Float32Array[],
): Float32Array[] {
  const places = images.map((indices) =>
    new Map(Array.from(indices, (image, place) => [image, place]))
  );
  const common = Array.from(images[0]!).filter((image) => places.every((all) => all.has(image)));
  return columns.map((column, j) =>
    Float32Array.from(common, (image) => column[places[j]!.get(image)!]!)
  );
}

/** The count where a score exceeds others that are all equal by next to nothing. */
export const LEAST_COUNT = 1e-9;

/**
 * The number of scores that are at least as high, as a fraction: linear between two scores; above
 * the highest less than 1, as far as the score exceeds the range of all. Another score in `sorted` never
 * makes it less.
 *
 * @param sorted Scores, ascending.
 * @param score The score.
 * @param without Whether `score` is one of them, to be left out. @default {false}
 * @returns A number from 0 to the number of scores; 1 if there is none to compare with.
 */
export function countAbove(sorted: Float32Array, score: number, without = false): number {
  const low = lowerBound(sorted, score);
  // The scores from `low` on are at least as high; one of them is left out.
  const skipped = without ? 1 : 0, count = sorted.length - skipped;
  const at = (i: number) => sorted[i < low ? i : i + skipped]!;
  if (count === 0) return 1;
  if (low === count) {
    const range = at(count - 1) - at(0), excess = score - at(count - 1);
    // Equal scores have no range: then any excess counts, and a greater one more.
    return Math.max(range / (score - at(0)) || 0, LEAST_COUNT / (1 + excess));
  }
  if (low === 0) return count;
  return count - low + (at(low) - score) / (at(low) - at(low - 1));
}
