/** The part of a training that every thread runs. */

import {
  type FitContext,
  type Model,
  type ModelSpec,
  modelTypeOf,
  type Remark,
} from "../models/mod.ts";
import { Random } from "../random.ts";
import {
  type FitResult,
  ImageSet,
  type LearningData,
  type LearningOptions,
  type ProcessGroup,
  type SharedImages,
  type Split,
} from "../training/mod.ts";
import { CALIBRATION_METHODS } from "./calibration_choice.ts";
import type { CalibrationMethodName, CalibrationScores } from "./calibration_method.ts";

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
  /** The bytes of the file that computes features, where the spec has a graph. */
  readonly file?: Uint8Array | undefined;
  /** How to calibrate. */
  readonly calibration: CalibrationJob;
}

/** A calibration as it is sent to other threads. */
export interface CalibrationJob {
  /** The method. */
  readonly method: CalibrationMethodName;
  /** The images of further models. */
  readonly folds: readonly Split[];
  /** Images of their own that calibrate, and the classes of their labels. @default {none} */
  readonly own?: { readonly images: SharedImages; readonly classes: Int32Array } | undefined;
}

/** A fitted model with its calibration. */
export interface TrainedModel {
  /** The model; the caller disposes of it. */
  readonly model: Model;
  /** The training's history. */
  readonly result: FitResult;
  /** Scores of the images that calibrate. */
  readonly calibrated: CalibrationScores;
  /** Remarks on the images. */
  readonly remarks: readonly Remark[];
  /** Whether the signal ended training or calibration. */
  readonly interrupted: boolean;
}

/** Callbacks of member 0, and the encoder that only it has. */
export type TrainingCallbacks =
  & Pick<
    FitContext,
    "signal" | "watch" | "onStep" | "onEpoch" | "encoder"
  >
  & {
    /** Called before each further model of the calibration is fitted, with its number from 1. */
    readonly onFold?: ((fold: number, of: number) => void) | undefined;
  };

/**
 * Trains and calibrates as a member of a group.
 *
 * @param job The same for every member.
 * @param random The generator in the state of the job.
 * @param group The member.
 * @param callbacks Callbacks of member 0. @default {none}
 * @returns The model.
 * @throws {StrayError} `value` If a loss is no longer finite.
 */
export async function trainMember(
  job: TrainingJob,
  random: Random,
  group: ProcessGroup,
  callbacks: TrainingCallbacks = {},
): Promise<TrainedModel> {
  const { spec, split, classes, calibration: { method, folds, own } } = job;
  const data = { images: ImageSet.from(job.images), classes, split };
  const implementation = await modelTypeOf(spec).load();
  const context = { ...job, ...callbacks, random, group };
  const { model, result, remarks = [] } = await implementation.fit(spec, data, context);
  const { signal, onStep, encoder } = callbacks;
  const fitFold = (fold: number) => {
    callbacks.onFold?.(fold + 1, folds.length);
    return implementation.fit(spec, { ...data, split: folds[fold]! }, {
      ...job,
      ...{ signal, onStep, group, resume: undefined },
      encoder: encoder && borrowed(encoder),
      // The same initial weights, so that the models differ by their images.
      random: Random.fromState(job.random),
    });
  };
  try {
    const { scores, interrupted } = await CALIBRATION_METHODS[method].calibrate({
      ...{ model, data, folds, group, signal, fitFold },
      own: own && { images: ImageSet.from(own.images), classes: own.classes },
    });
    return {
      ...{ model, result, remarks, calibrated: scores },
      interrupted: result.interrupted || interrupted,
    };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** An encoder that a model may use but not dispose of. */
function borrowed(encoder: NonNullable<FitContext["encoder"]>): typeof encoder {
  return {
    spec: encoder.spec,
    prepare: async (x) => await encoder.prepare?.(x),
    scores: (...args) => encoder.scores(...args),
    encode: (x) => encoder.encode(x),
    snapshot: () => encoder.snapshot(),
    dispose() {},
  };
}
