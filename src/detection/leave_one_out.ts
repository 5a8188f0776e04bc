/** Leave-one-out calibration of models that remember their images. */

import { splitForTraining } from "../training/mod.ts";
import { calibrationScores } from "./_calibration_scores.ts";
import type { CalibrationMethod } from "./calibration_method.ts";

/**
 * Scores every image of the training as if the model did not remember it; no further model is fitted.
 *
 * Guaranteed for nearest neighbours, as after a split: were a new image remembered too, the distances
 * of the others could only become shorter (with more images than neighbours), so that p is at least
 * the p-value of full conformal prediction (Vovk, Gammerman and Shafer 2005, section 2.2), of which a
 * share of at most `alpha` is <= `alpha`.
 */
export const LEAVE_ONE_OUT: CalibrationMethod = {
  divide(count, random) {
    const split = splitForTraining(random.permutation(count), false);
    return { split, folds: [], calibrating: count };
  },
  async calibrate({ model, data, group }) {
    const indices = data.split.training;
    const scores = await calibrationScores({ model, data, group, indices, rememberedFrom: 0 });
    return { scores, interrupted: false };
  },
};
