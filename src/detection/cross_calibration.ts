/** Cross calibration: every image is scored by a model that has not seen it. */

import { type Model, modelTypeOf } from "../models/mod.ts";
import { type Split, splitForTraining } from "../training/mod.ts";
import { calibrationScores, noScores, poolScores } from "./_calibration_scores.ts";
import { boundScores } from "./calibration.ts";
import type { CalibrationMethod, CalibrationScores } from "./calibration_method.ts";

/** Medians of scores, by the name of the score. */
type Medians = ReadonlyMap<string, number>;

/**
 * Divides the images into K folds and fits K further models, each on all folds but one, which it scores;
 * the model that is kept sees all images. P-values are ranks among the pooled scores, each relative to
 * the median score of the images that trained its model, as one training can end higher than another
 * (of images that are all the same, else, all or none would be flagged). Scores that compare
 * with remembered images stay as they are: those images are like no other to them.
 *
 * Sources: Vovk 2015, "Cross-conformal predictors", Annals of Mathematics and Artificial Intelligence
 * 74, 9; Barber, Candès, Ramdas and Tibshirani 2021, "Predictive inference with the jackknife+", Annals
 * of Statistics 49, 486 (arXiv 1905.02928). Where a new image is compared with each pooled score by the
 * model of that score (CV+), a share of at most 2 `alpha` and a term that vanishes with the number of
 * images has p <= `alpha`, whatever the model, and usually about `alpha`. Here the model that is kept
 * scores new images, so that scoring costs no more than after a split: nothing is guaranteed unless
 * leaving a fold out changes scores little. Usual is `alpha` or less, as the models of the folds see
 * fewer images and their scores are higher; `deno task bench:quality calibration` measures it.
 */
export const CROSS_CALIBRATION: CalibrationMethod = {
  divide(count, random, { learns, folds: wanted }) {
    const order = random.permutation(count);
    const split = splitForTraining(order, learns);
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
    const scores = (fitted: Model, indices: Uint32Array) =>
      calibrationScores({ model: fitted, data, group, indices, total });
    const moved = movedScores(model);
    let medians: Medians | undefined, interrupted = false;
    for (const [fold, { training, calibration }] of folds.entries()) {
      // The signal is member 0's.
      const stop = Float32Array.of(group.rank === 0 && signal?.aborted ? 1 : 0);
      group.allReduce(stop);
      interrupted = stop[0]! > 0;
      if (interrupted) break;
      if (moved.size > 0) medians ??= mediansOf(await scores(model, data.split.training), moved);
      const { model: fitted, result } = await fitFold(fold);
      try {
        interrupted = result.interrupted;
        if (interrupted) break;
        const found = await scores(fitted, calibration);
        const own = medians && mediansOf(await scores(fitted, training), moved);
        parts.push(own && medians ? shifted(found, own, medians) : found);
      } finally {
        fitted.dispose();
      }
    }
    return { scores: parts.length > 0 ? poolScores(parts) : noScores(model), interrupted };
  },
};

/** Names of the scores that medians move. */
function movedScores({ spec }: Model): ReadonlySet<string> {
  const scores = modelTypeOf(spec).scores(spec).filter(({ remembers }) => !remembers);
  return new Set(scores.map(({ name }) => name));
}

function mediansOf(scores: CalibrationScores, names: ReadonlySet<string>): Medians {
  return new Map(
    [...scores].filter(([name]) => names.has(name))
      .map(([name, { scores: sorted }]) => [name, sorted[sorted.length >> 1] ?? 0]),
  );
}

/** Scores moved by the distance of two medians, where there are such; they stay ascending. */
function shifted(scores: CalibrationScores, from: Medians, to: Medians): CalibrationScores {
  return new Map(
    [...scores].map(([name, { scores: sorted, images }]) => {
      const [low = 0, high = 0] = [from.get(name), to.get(name)];
      return [name, { scores: boundScores(sorted.map((score) => score - low + high)), images }];
    }),
  );
}
