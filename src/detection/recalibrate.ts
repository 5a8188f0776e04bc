/** A new calibration of a trained model, whose weights stay as they are. */

import { type BackendName, openBackend } from "../compute/mod.ts";
import type { Entry } from "../datasets/mod.ts";
import { type Model, openModel, requireCapability } from "../models/mod.ts";
import type { ModelFile } from "../store/mod.ts";
import { type LoadOptions, SINGLE_PROCESS } from "../training/mod.ts";
import {
  type CalibrationImages,
  classIndices,
  loadCalibrationImages,
} from "./_calibration_images.ts";
import { detectorScore } from "./_combined_score.ts";
import { GREATEST_SCORE } from "./calibration.ts";
import { allOf, calibrationScores } from "./_calibration_scores.ts";
import { type CalibrationScores, storedCalibration } from "./calibration_method.ts";
import { OWN_CALIBRATION } from "./own_calibration.ts";

/** How to calibrate a model again. */
export interface RecalibrateOptions extends
  Pick<
    LoadOptions,
    "normal" | "holdOut" | "cache" | "count" | "onFailure" | "onImage" | "onWarning"
  > {
  /** Where to compute. @default {"auto"} */
  readonly backend?: BackendName | "auto" | undefined;
  /** Whether a model that remembers patches remembers these images too. @default {false} */
  readonly add?: boolean | undefined;
  /** The version to note in the model. */
  readonly version: string;
}

/** A model with its new calibration. */
export interface Recalibrated {
  /** The contents of the model file, for `encodeModel`. */
  readonly model: ModelFile;
  /** Number of images without a finite score by the model's default score. */
  readonly overflows: number;
}

/**
 * Calibrates a trained model on normal images of another camera, night or instrument.
 *
 * @param model The model.
 * @param entries Normal images that did not train it.
 * @param options Selection of the images, backend and callbacks.
 * @returns The model with the same weights, but for `add`; p-values are ranks among the new images.
 * @throws {StrayError} `usage` if it cannot `add` images; `empty` if there is no image; `shape` or `value` if one does not fit the model;
 * `backend` if the backend cannot be had.
 *
 * @example
 * ```ts ignore
 * const { model: tonight } = await recalibrate(model, readSources(["tonight"]), { version: "1" });
 * ```
 */
export async function recalibrate(
  model: ModelFile,
  entries: AsyncIterable<Entry>,
  options: RecalibrateOptions,
): Promise<Recalibrated> {
  const { spec, weights } = model;
  await openBackend(options.backend);
  const { images, labels, fingerprint } = await loadCalibrationImages(entries, {
    ...options,
    input: model.input,
  });
  // A model without weights, such as a fit of lenses, knows no image.
  if (fingerprint === model.training.fingerprint && weights.size > 0) {
    options.onWarning?.(
      "these are the images of the model's training: it knows them, and p of others will be too small",
      "calibrate on normal images that the model has not seen",
    );
  }
  const classes = classIndices(spec, labels);
  const opened = await openModel(spec, weights);
  if (options.add) return await withImages(opened, model, { images, labels, fingerprint }, options);
  const none = new Uint32Array(0);
  try {
    const { scores } = await OWN_CALIBRATION.calibrate({
      model: opened,
      data: { images, classes, split: { training: none, validation: none, calibration: none } },
      folds: [],
      own: { images, classes },
      group: SINGLE_PROCESS,
      fitFold: () => Promise.reject(new TypeError("Cannot fit a model as it is fitted")),
    });
    return recalibrated(model, scores, fingerprint, options);
  } finally {
    opened.dispose();
  }
}

/** The model with the images in its memory, calibrated on them: each is scored without its own fold. */
async function withImages(
  opened: Model,
  file: ModelFile,
  { images, labels, fingerprint }: CalibrationImages,
  options: RecalibrateOptions,
): Promise<Recalibrated> {
  let fitted = opened;
  try {
    const { model, first } = await requireCapability(opened, "withImages").withImages(images);
    fitted = model;
    const scores = await calibrationScores({
      model,
      data: { images, classes: classIndices(model.spec, labels) },
      group: SINGLE_PROCESS,
      indices: allOf(images.count),
      rememberedFrom: first,
    });
    const weights = await model.snapshot();
    return recalibrated({ ...file, weights }, scores, fingerprint, options);
  } finally {
    fitted.dispose();
  }
}

function recalibrated(
  model: ModelFile,
  scores: CalibrationScores,
  fingerprint: string,
  { version }: RecalibrateOptions,
): Recalibrated {
  const stored = storedCalibration(scores);
  const own = detectorScore(model.score, { spec: model.spec, ...stored }, "model").calibration;
  return {
    model: {
      ...model,
      version,
      calibration: { method: "own", images: own.length, fingerprint },
      ...stored,
    },
    overflows: own.filter((value) => value >= GREATEST_SCORE).length,
  };
}
