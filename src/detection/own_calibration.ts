/** Calibration on images of their own, none of which trains. */

import { splitForTraining } from "../training/mod.ts";
import { allOf, calibrationScores } from "./_calibration_scores.ts";
import type { CalibrationMethod } from "./calibration_method.ts";

/**
 * Trains on all images and scores other normal images, which the model has not seen.
 *
 * Guaranteed as after a split, for images exchangeable with those that calibrate.
 */
export const OWN_CALIBRATION: CalibrationMethod = {
  divide(count, random, { learns }) {
    const split = splitForTraining(random.permutation(count), learns);
    return { split, folds: [], calibrating: 0 };
  },
  async calibrate({ model, own, group }) {
    if (own === undefined) throw new TypeError("Cannot calibrate as there must be images");
    const indices = allOf(own.images.count);
    const scores = await calibrationScores({ model, data: own, group, indices });
    return { scores, interrupted: false };
  },
};
