/** Split calibration: scores of normal images that were set aside before training. */

import { concatenate } from "../concatenate.ts";
import { splitImages } from "../training/mod.ts";
import { calibrationScores } from "./_calibration_scores.ts";
import type { CalibrationMethod } from "./calibration_method.ts";

/**
 * Sets a part of the images aside before training and scores it by every score of the model (Vovk,
 * Gammerman and Shafer 2005, inductive conformal prediction).
 *
 * Guaranteed: of normal images exchangeable with those of the training at most a share `alpha` has
 * p <= `alpha`, on average over divisions, whatever the model.
 */
export const SPLIT_CALIBRATION: CalibrationMethod = {
  divide(count, random, { learns, share }) {
    const { training, validation, calibration } = splitImages(count, random, share);
    const calibrating = calibration.length;
    if (learns) return { split: { training, validation, calibration }, folds: [], calibrating };
    const all = concatenate(Uint32Array, [training, validation]).sort();
    const split = { training: all, validation: new Uint32Array(0), calibration };
    return { split, folds: [], calibrating };
  },
  async calibrate({ model, data, group }) {
    const indices = data.split.calibration;
    const scores = await calibrationScores({ model, data, group, indices });
    return { scores, interrupted: false };
  },
};
