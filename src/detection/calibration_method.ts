/** The interface of a calibration method: which normal images calibrate, and by which model's scores. */

import type { Model } from "../models/mod.ts";
import type { Random } from "../random.ts";
import type { ModelFile } from "../store/mod.ts";
import type { LearningData, ProcessGroup, Split } from "../training/mod.ts";

/** Scores of normal images that the model has not seen. */
export interface CalibrationColumn {
  /** The scores, ascending. */
  readonly scores: Float32Array;
  /** Per score the index of its image, by which the scores of one image are found. */
  readonly images: Float32Array;
}

/** Scores by their names. */
export type CalibrationScores = ReadonlyMap<string, CalibrationColumn>;

/** Scores as a model file holds them: images are of use only where there are several scores. */
export function storedCalibration(
  scores: CalibrationScores,
): Pick<ModelFile, "calibrations" | "calibrationImages"> {
  const pick = (key: keyof CalibrationColumn) =>
    new Map([...scores].map(([name, column]) => [name, column[key]]));
  return {
    calibrations: pick("scores"),
    ...scores.size > 1 && { calibrationImages: pick("images") },
  };
}

/** Inputs of a calibration. */
export interface CalibrationContext {
  /** The fitted model. */
  readonly model: Model;
  /** The images, divided by the method. */
  readonly data: LearningData;
  /** The member, which scores its part of the images. */
  readonly group: ProcessGroup;
}

/** A way to calibrate a model. */
export interface CalibrationMethod {
  /**
   * Divides the images of a training.
   *
   * @param count Number of images.
   * @param random Source of the division.
   * @param learns Whether the model learns in steps, and so needs images that validate.
   */
  divide(count: number, random: Random, learns: boolean): Split;
  /** Scores the images that calibrate; every member of the group calls it. */
  calibrate(context: CalibrationContext): Promise<CalibrationScores>;
}
