/** Known anomalies of a training: they choose the score and propose a threshold. */

import { auroc, bestF1, rank } from "../metrics/mod.ts";
import { LABEL_SUFFIX, type Model, modelTypeOf } from "../models/mod.ts";
import type { AnomalyReport, ModelFile } from "../store/mod.ts";
import type { ImageSet, Split } from "../training/mod.ts";
import { type DetectorScore, detectorScore } from "./_combined_score.ts";
import { computeInBatches } from "./_in_batches.ts";
import { boundScores } from "./calibration.ts";
import { allOf, rowsAt } from "./_calibration_scores.ts";

/** Maximum number of normal images that anomalies are compared with. */
const MAX_NORMAL = 1000;

/** A trained model with its images. */
export interface AnomalyContext {
  /** The model. */
  readonly model: Model;
  /** Its spec and calibration. */
  readonly calibrated: Pick<ModelFile, "spec" | "calibrations" | "calibrationImages">;
  /** The score that was planned. */
  readonly score: string;
  /** The images of the training. */
  readonly images: ImageSet;
  /** Their division. */
  readonly split: Split;
  /** Whether the images that train and validate calibrate too, scored by further models or left out. */
  readonly allCalibrate: boolean;
  /** The anomalies, prepared as the images. */
  readonly anomalies: ImageSet;
  /** Whether the user gave the score, so that only the threshold is open. */
  readonly scoreGiven: boolean;
}

/**
 * Chooses the score with the highest AUROC of known anomalies among normal images, and the threshold of the
 * best F1 by it.
 *
 * The normal images are those that validated, or where none did those that trained, each left out in turn
 * by a model that remembers them. Images that calibrate have no part in the choice, so that p-values are
 * as valid by any score. Where all images calibrate none other is left: anomalies are compared with the
 * calibration scores, of models that had not seen the image. Then p-values by a score that was chosen
 * are a little too low, as of several the one is taken by which these images look most normal.
 *
 * Scores that take many passes or a known label are left out. Of equal scores the model's default is
 * chosen, then the first.
 *
 * @param context The model and its images.
 * @returns The report, for the model file; undefined if the training ended before an image calibrated
 * and no other is left.
 */
export async function compareAnomalies(
  { model, calibrated, score, images, split, allCalibrate, anomalies, scoreGiven }: AnomalyContext,
): Promise<AnomalyReport | undefined> {
  const names = scoreGiven ? [score] : [...new Set([score, ...candidates(model)])];
  const scores = names.map((name) => detectorScore(name, calibrated, "model"));
  const among = allCalibrate
    ? "calibration"
    : split.validation.length > 0
    ? "validation"
    : "training";
  const ofNormal = among === "calibration"
    ? scores.map(({ calibration }) => calibration)
    : await scoresOf(model, images, some(split[among]), scores, among === "training");
  const normal = Math.min(...ofNormal.map(({ length }) => length));
  if (normal === 0) return undefined;
  const ofAnomalies = await scoresOf(model, anomalies, allOf(anomalies.count), scores);
  const rankings = names.map((_, i) => {
    const usual = ofNormal[i]!, both = Float64Array.from([...usual, ...ofAnomalies[i]!]);
    return rank(both, new Uint8Array(both.length).fill(1, usual.length));
  });
  const aurocs = rankings.map(auroc);
  const best = aurocs.indexOf(Math.max(...aurocs));
  const { f1, threshold } = bestF1(rankings[best]!);
  return {
    images: anomalies.count,
    normal,
    among,
    aurocs: Object.fromEntries(names.map((name, i) => [name, aurocs[i]!])),
    score: names[best]!,
    threshold,
    f1,
  };
}

/** The scores that can be chosen: of one pass, without a label. */
function candidates({ spec }: Model): string[] {
  return modelTypeOf(spec).scores(spec)
    .filter(({ name, costly, excludedLabel }) =>
      !costly && excludedLabel === undefined && !name.endsWith(LABEL_SUFFIX)
    )
    .map(({ name }) => name);
}

/** At most {@linkcode MAX_NORMAL} of images. */
function some(indices: Uint32Array): Uint32Array {
  const step = Math.ceil(indices.length / MAX_NORMAL);
  return indices.filter((_, i) => i % step === 0);
}

/** Scores of images, an array per score; those that a model remembers are left out in turn. */
async function scoresOf(
  model: Model,
  images: ImageSet,
  indices: Uint32Array,
  scores: readonly DetectorScore[],
  trained = false,
): Promise<Float32Array[]> {
  const parts = [...new Set(scores.flatMap(({ parts }) => parts))];
  const columns = await computeInBatches(
    model,
    rowsAt(images, indices),
    (x, from) =>
      trained && model.leaveOneOut?.(parts, x, indices.subarray(from, from + x.shape[0]!)) ||
      model.scores(parts, x),
  );
  columns.forEach(boundScores);
  return scores.map(({ parts: own, combine }) =>
    combine(own.map((name) => columns[parts.indexOf(name)]!))
  );
}
