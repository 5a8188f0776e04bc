/** The interface of a calibration method: which normal images calibrate, and by which model's scores. */

import type { FittedModel, Model } from "../models/mod.ts";
import type { Random } from "../random.ts";
import type { ModelFile } from "../store/mod.ts";
import type { ImageSet, LearningData, ProcessGroup, Split } from "../training/mod.ts";

/** The names of the calibration methods. */
export type CalibrationMethodName = "split" | "cross" | "loo" | "own";

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

/** The images of a training, divided by a calibration method. */
export interface Division {
  /** The images of the model that is kept. */
  readonly split: Split;
  /** The images of further models: each is trained once, and scores the images that calibrate. */
  readonly folds: readonly Split[];
  /** Number of images of the training that calibrate. */
  readonly calibrating: number;
}

/** Choices for a division. */
export interface DivisionOptions {
  /** Whether the model learns in steps, and so needs images that validate. */
  readonly learns: boolean;
  /** Number of folds, for a method that has some. */
  readonly folds: number;
  /** Share of the images that a split sets aside. @default {0.1} */
  readonly share?: number | undefined;
}

/** Inputs of a calibration. */
export interface CalibrationContext {
  /** The fitted model. */
  readonly model: Model;
  /** The images, divided by the method. */
  readonly data: LearningData;
  /** The further divisions of the images. */
  readonly folds: readonly Split[];
  /** Images of their own that calibrate, where there are such, and the classes of their labels. */
  readonly own: { readonly images: ImageSet; readonly classes: Int32Array } | undefined;
  /** The member, which scores its part of the images. */
  readonly group: ProcessGroup;
  /** Ends the calibration: the images scored so far calibrate. On member 0. */
  readonly signal?: AbortSignal | undefined;
  /** Fits a further model with the same settings; the caller disposes of it. */
  readonly fitFold: (fold: number) => Promise<FittedModel>;
}

/** The outcome of a calibration. */
export interface Calibrated {
  /** The scores. */
  readonly scores: CalibrationScores;
  /** Whether the signal ended it before all images were scored. */
  readonly interrupted: boolean;
}

/** A way to calibrate a model. */
export interface CalibrationMethod {
  /**
   * Divides the images of a training.
   *
   * @param count Number of images.
   * @param random Source of the division.
   * @param options Choices.
   */
  divide(count: number, random: Random, options: DivisionOptions): Division;
  /** Scores the images that calibrate; every member of the group calls it. */
  calibrate(context: CalibrationContext): Promise<Calibrated>;
}
