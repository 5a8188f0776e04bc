/** A new calibration of a trained model, whose weights stay as they are. */

import { type BackendName, openBackend } from "../compute/mod.ts";
import type { Entry } from "../datasets/mod.ts";
import { openModel } from "../models/mod.ts";
import type { ModelFile } from "../store/mod.ts";
import { type LoadOptions, SINGLE_PROCESS } from "../training/mod.ts";
import { classIndices, loadCalibrationImages } from "./_calibration_images.ts";
import { detectorScore } from "./_combined_score.ts";
import { GREATEST_SCORE } from "./calibration.ts";
import { storedCalibration } from "./calibration_method.ts";
import { OWN_CALIBRATION } from "./own_calibration.ts";

/** How to calibrate a model again. */
export interface RecalibrateOptions
  extends Pick<LoadOptions, "normal" | "holdOut" | "onFailure" | "onImage"> {
  /** Where to compute. @default {"auto"} */
  readonly backend?: BackendName | "auto" | undefined;
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
 * @returns The model with the same weights; p-values are ranks among the new images.
 * @throws {StrayError} `empty` if there is no image; `shape` or `value` if one does not fit the model;
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
  const { spec, weights, score } = model;
  await openBackend(options.backend);
  const { images, labels, fingerprint } = await loadCalibrationImages(entries, {
    ...options,
    input: model.input,
  });
  const classes = classIndices(spec, labels);
  const opened = await openModel(spec, weights);
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
    const stored = storedCalibration(scores);
    const own = detectorScore(score, { spec, ...stored }, "model").calibration;
    return {
      model: {
        ...model,
        version: options.version,
        calibration: { method: "own", images: own.length, fingerprint },
        ...stored,
      },
      overflows: own.filter((value) => value >= GREATEST_SCORE).length,
    };
  } finally {
    opened.dispose();
  }
}
