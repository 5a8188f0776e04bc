/** The part of a training that every thread runs. */

import { type FitContext, type Model, type ModelSpec, modelTypeOf } from "../models/mod.ts";
import type { Random } from "../random.ts";
import {
  type FitResult,
  ImageSet,
  type LearningData,
  type LearningOptions,
  type ProcessGroup,
  type SharedImages,
} from "../training/mod.ts";
import type { CalibrationMethod, CalibrationScores } from "./calibration_method.ts";
import { SPLIT_CALIBRATION } from "./split_calibration.ts";

/** A training as it is sent to other threads. */
export interface TrainingJob
  extends
    Pick<LearningOptions, "epochs" | "batch" | "learningRate" | "patience" | "resume">,
    Pick<LearningOptions, "hyperparameters">,
    Omit<LearningData, "images"> {
  /** The model. */
  readonly spec: ModelSpec;
  /** All images. */
  readonly images: SharedImages;
  /** State of the generator of the initial weights, and then of all randomness. */
  readonly random: readonly number[];
}

/** A fitted model with its calibration. */
export interface TrainedModel {
  /** The model; the caller disposes of it. */
  readonly model: Model;
  /** The training's history. */
  readonly result: FitResult;
  /** Scores of the images that calibrate. */
  readonly calibrated: CalibrationScores;
}

/** Callbacks of member 0, and the encoder that only it has. */
export type TrainingCallbacks = Pick<
  FitContext,
  "signal" | "watch" | "onStep" | "onEpoch" | "encoder"
>;

/**
 * Trains and calibrates as a member of a group.
 *
 * @param job The same for every member.
 * @param random The generator in the state of the job.
 * @param group The member.
 * @param callbacks Callbacks of member 0. @default {none}
 * @param method How to calibrate. @default {split}
 * @returns The model.
 * @throws {StrayError} `value` If a loss is no longer finite.
 */
export async function trainMember(
  job: TrainingJob,
  random: Random,
  group: ProcessGroup,
  callbacks: TrainingCallbacks = {},
  method: CalibrationMethod = SPLIT_CALIBRATION,
): Promise<TrainedModel> {
  const { spec, split, classes } = job;
  const data = { images: ImageSet.from(job.images), classes, split };
  const implementation = await modelTypeOf(spec).load();
  const context = { ...job, ...callbacks, random, group };
  const { model, result } = await implementation.fit(spec, data, context);
  try {
    return { model, result, calibrated: await method.calibrate({ model, data, group }) };
  } catch (error) {
    model.dispose();
    throw error;
  }
}
