/** Known anomalies of a training: they choose the score and propose a threshold. */

import { auroc, bestF1, rank } from "../metrics/mod.ts";
import { LABEL_SUFFIX, type Model, modelTypeOf } from "../models/mod.ts";
import type { AnomalyReport, ModelFile } from "../store/mod.ts";
import type { ImageSet, Split } from "../training/mod.ts";
import { type DetectorScore, detectorScore } from "./_combined_score.ts";
import { computeInBatches } from "./_in_batches.ts";
import { boundScores } from "./calibration.ts";
import { rowsAt } from "./_calibration_scores.ts";

/** Maximum number of normal images that anomalies are compared with. */
const MAX_NORMAL = 1000;

/** A trained model with its images. */
export interface AnomalyContext {
  /** The model. */
  readonly model: Model;
  /** Its file, with the score and calibration of the training. */
  readonly file: ModelFile;
  /** The images of the training. */
  readonly images: ImageSet;
  /** Their division. */
  readonly split: Split;
  /** The anomalies, prepared as the images. */
  readonly anomalies: ImageSet;
  /** Whether the user gave the score, so that only the threshold is open. */
  readonly scoreGiven: boolean;
}

/**
 * Chooses the score with the highest AUROC of known anomalies among normal images, and the threshold of the
 * best F1 by it.
 *
 * The normal images are those that validated, or where none did those that trained. Images that
 * calibrate have no part in the choice, so that p-values are as valid by any score. Scores that take
 * many passes or a known label are left out. Of equal scores the model's default is chosen, then the
 * first.
 *
 * @param context The model and its images.
 * @returns The report, for the model file.
 */
export async function compareAnomalies(
  { model, file, images, split, anomalies, scoreGiven }: AnomalyContext,
): Promise<AnomalyReport> {
  const names = scoreGiven ? [file.score] : [...new Set([file.score, ...candidates(model)])];
  const scores = names.map((name) => detectorScore(name, file, "model"));
  const among = split.validation.length > 0 ? "validation" : "training";
  const chosen = split[among];
  const step = Math.ceil(chosen.length / MAX_NORMAL);
  const normal = chosen.filter((_, i) => i % step === 0);
  const ofNormal = await scoresOf(model, images, normal, scores);
  const all = Uint32Array.from({ length: anomalies.count }, (_, i) => i);
  const ofAnomalies = await scoresOf(model, anomalies, all, scores);
  const positive = new Uint8Array(normal.length + all.length).fill(1, normal.length);
  const rankings = names.map((_, i) => {
    const both = new Float64Array(positive.length);
    both.set(ofNormal[i]!);
    both.set(ofAnomalies[i]!, normal.length);
    return rank(both, positive);
  });
  const aurocs = rankings.map(auroc);
  const best = aurocs.indexOf(Math.max(...aurocs));
  const { f1, threshold } = bestF1(rankings[best]!);
  return {
    images: all.length,
    normal: normal.length,
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

/** Scores of images, an array per score. */
async function scoresOf(
  model: Model,
  images: ImageSet,
  indices: Uint32Array,
  scores: readonly DetectorScore[],
): Promise<Float32Array[]> {
  const parts = [...new Set(scores.flatMap(({ parts }) => parts))];
  const columns = await computeInBatches(rowsAt(images, indices), (x) => model.scores(parts, x));
  columns.forEach(boundScores);
  return scores.map(({ parts: own, combine }) =>
    combine(own.map((name) => columns[parts.indexOf(name)]!))
  );
}
