/** A training that goes on from a checkpoint. */

import { CALIBRATE, checkpointSettings, decodeCheckpoint } from "../store/mod.ts";
import type { TrainingState } from "../training/mod.ts";
import type { TrainingPlan } from "./_training_plan.ts";
import { type CalibrationChoice, parseCalibration } from "./calibration_choice.ts";
import type { TrainOptions } from "./train_options.ts";

/** The calibration method of the checkpoint, if there is one. */
export function resumedCalibration({ resume }: TrainOptions): CalibrationChoice | undefined {
  if (!resume) return undefined;
  return parseCalibration(checkpointSettings(resume.bytes, resume.name)[CALIBRATE]!);
}

/**
 * The state of the checkpoint, if there is one.
 *
 * @param options The checkpoint, and a call for a warning where it has more epochs than are wanted.
 * @param plan The settings of the training, which must be those of the checkpoint.
 * @returns The state.
 * @throws {StrayError} `usage` If a setting differs; `model` If the checkpoint is damaged.
 */
export function resumedState(
  { resume, onWarning }: TrainOptions,
  { fit: { epochs }, settings }: TrainingPlan,
): TrainingState | undefined {
  const state = resume && decodeCheckpoint(resume.bytes, resume.name, settings);
  if (state && state.epoch > epochs) {
    onWarning?.(
      `the checkpoint is of ${state.epoch} epochs, more than ${epochs}: they stay, and none is added`,
      "raise --epochs to train on",
    );
  }
  return state;
}
