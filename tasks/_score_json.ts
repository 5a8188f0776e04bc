/**
 * The record of `score`: one JSON object per line.
 *
 *     {"path":"a.png","score":3.71,"p":0.004,"threshold":2.9,"anomaly":true,"calibration":400,
 *      "label":"sub","normal":false,"model":"sha256:…"}
 *
 * - `path` as given; an image in a container is `FILE#INDEX`
 * - `score` higher for more anomalous images
 * - `p` share of normal images, unseen by the model that scored them and with this image counted in,
 *   that score at least as high
 * - `threshold` the score above which p <= --fpr; null if too few images calibrate; with --threshold its
 *   value
 * - `anomaly` whether p <= --fpr, or with --threshold whether the score is at least that
 * - `calibration` number of these normal images: p is at least 1 / (calibration + 1)
 * - `label` if the source has one
 * - `normal` whether the model was trained on that label; only if both are known
 * - `model` SHA-256 of the model file
 * - `parameters` numbers that the model found of the image, with --fields parameters; `NAME_error` is a standard
 *   deviation
 * - `converged` false where the model's fit of the image did not end at an optimum
 * - `mass_map` FITS file of the mass that the smooth lens lacks, with --mass-maps
 * - `mask` file that is white where the image is anomalous, with --masks
 * - `heatmap` file that shows where the image is anomalous, with --heatmaps
 *
 * or, for an image that could not be scored, `{"path":…,"error":{"code":…,"message":…,"hint":…}}` with
 * its label if it has one; `hint` is the remedy, where there is one. The other fields of an NDJSON record on stdin follow.
 *
 * With --format csv the same values are columns: those above in this order, then error_code, error (the
 * message) and error_hint, files of maps, parameters.NAME, and for stdin its other fields as JSON in `fields`.
 */

import type { JsonObject } from "../src/cli/mod.ts";
import type { ScoredEntry } from "../src/detection/mod.ts";
import { errorField, otherFields, shortestFloat32, sixDigits } from "./_record_fields.ts";

/** The parts of a record that the verdict does not give. */
export interface ScoreJsonOptions {
  /** The labels that the model was trained on, if they are known. */
  readonly labels?: readonly string[] | undefined;
  /** The score from which images are anomalies, whatever their p. @default {by p} */
  readonly anomalyFrom?: number | undefined;
  /** Number of images that calibrate the score. */
  readonly calibration: number;
  /** Hash of the model file. */
  readonly model: string;
  /** Whether to add the numbers that the model found of the image. @default {false} */
  readonly details?: boolean | undefined;
  /** The image's heatmap file, if there is one. */
  readonly heatmap?: string | undefined;
  /** The image's mask file, if there is one. */
  readonly mask?: string | undefined;
  /** The file of the lens's mass, if there is one. */
  readonly massMap?: string | undefined;
}

/** Fields that belong to the record; the input's do not replace them. */
export const SCORE_FIELDS: readonly string[] = [
  "path",
  "score",
  "p",
  "threshold",
  "anomaly",
  "calibration",
  "label",
  "normal",
  "model",
  "parameters",
  "converged",
  "heatmap",
  "mask",
  "mass_map",
  "error",
];

/** The record of one image: its own fields come first and override fields of the input. */
export function scoreJson(
  entry: ScoredEntry,
  { labels, anomalyFrom, calibration, model, details = false, ...files }: ScoreJsonOptions,
): JsonObject {
  const { path, label, fields } = entry;
  const named = label === undefined
    ? {}
    : { label, ...(labels && { normal: labels.includes(label) }) };
  if ("error" in entry) {
    return { path, ...errorField(entry.error), ...named, ...otherFields(fields, SCORE_FIELDS) };
  }
  const { p, threshold, anomaly } = entry.verdict;
  const score = shortestFloat32(entry.verdict.score);
  return {
    path,
    score,
    p: sixDigits(p),
    threshold: anomalyFrom ?? (threshold === null ? null : shortestFloat32(threshold)),
    anomaly: anomalyFrom === undefined ? anomaly : score >= anomalyFrom,
    calibration,
    ...named,
    model,
    ...(details && entry.details && { parameters: finiteFields(entry.details) }),
    ...(entry.details?.get("converged") === 0 && { converged: false }),
    ...(files.heatmap !== undefined && { heatmap: files.heatmap }),
    ...(files.mask !== undefined && { mask: files.mask }),
    ...(files.massMap !== undefined && { mass_map: files.massMap }),
    ...otherFields(fields, SCORE_FIELDS),
  };
}

/** Numbers by name, without those that are none. */
function finiteFields(details: ReadonlyMap<string, number>): JsonObject {
  return Object.fromEntries(
    [...details].filter(([name, value]) => name !== "converged" && Number.isFinite(value))
      .map(([name, value]) => [name, shortestFloat32(value)]),
  );
}
