/** Cross calibration: every image is scored by a model that has not seen it. */

import { type Split, splitForTraining } from "../training/mod.ts";
import { calibrationScores, noScores, poolScores } from "./_calibration_scores.ts";
import type { CalibrationMethod, CalibrationScores } from "./calibration_method.ts";

const NONE = new Uint32Array(0);

/**
 * Divides the images into K folds and fits K further models, each on all folds but one, which it scores;
 * the model that is kept sees all images. P-values are ranks among the pooled scores.
 *
 * Sources: Vovk 2015, "Cross-conformal predictors", Annals of Mathematics and Artificial Intelligence
 * 74, 9; Barber, Candès, Ramdas and Tibshirani 2021, "Predictive inference with the jackknife+", Annals
 * of Statistics 49, 486. Where a new image is compared with each pooled score by the model of that score
 * (CV+), a share of at most 2 `alpha` + (1 - 1/K) / (n/K + 1) of normal images has p <= `alpha` whatever
 * the model, and usually about `alpha`. Here the model that is kept scores new images, so that scoring
 * costs no more than after a split: the bound of CV+ holds only as far as leaving a fold out changes
 * scores little. What remains usual is `alpha` or less, as the models of the folds see fewer images
 * and their scores are higher. `deno task bench:quality calibration` measures it.
 */
export const CROSS_CALIBRATION: CalibrationMethod = {
  divide(count, random, { learns, folds: wanted }) {
    const order = random.permutation(count);
    const split = { ...splitForTraining(order, learns), calibration: NONE };
    const shuffled = random.permutation(count);
    const bounds = Array.from({ length: wanted + 1 }, (_, i) => Math.floor(i * count / wanted));
    const folds = bounds.slice(1).map((to, i): Split => {
      const from = bounds[i]!;
      // The images that follow the fold validate.
      const rest = new Uint32Array(count - (to - from));
      rest.set(shuffled.subarray(to));
      rest.set(shuffled.subarray(0, from), count - to);
      const calibration = shuffled.slice(from, to).sort();
      return { ...splitForTraining(rest, learns), calibration };
    });
    return { split, folds, calibrating: count };
  },
  async calibrate({ model, data, folds, group, signal, fitFold }) {
    const parts: CalibrationScores[] = [], total = data.images.count;
    let interrupted = false;
    for (const [fold, { calibration: indices }] of folds.entries()) {
      // The signal is member 0's.
      const stop = Float32Array.of(group.rank === 0 && signal?.aborted ? 1 : 0);
      group.allReduce(stop);
      interrupted = stop[0]! > 0;
      if (interrupted) break;
      const fitted = await fitFold(fold);
      try {
        interrupted = fitted.result.interrupted;
        if (interrupted) break;
        parts.push(await calibrationScores({ model: fitted.model, data, group, indices, total }));
      } finally {
        fitted.model.dispose();
      }
    }
    return { scores: parts.length > 0 ? poolScores(parts) : noScores(model), interrupted };
  },
};
