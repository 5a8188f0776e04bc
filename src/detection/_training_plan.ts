/** The settings of a training, and the contents of its model file. */

import type { Backend } from "../compute/mod.ts";
import { StrayError } from "../errors.ts";
import {
  defaultScore,
  encodeSpec,
  type ModelDefaults,
  type ModelDefinition,
  type ModelSpec,
  modelTypeOf,
  requireScore,
} from "../models/mod.ts";
import { Random } from "../random.ts";
import {
  CALIBRATE,
  CALIBRATION_SHARE,
  MODEL,
  type ModelFile,
  PREPARATION,
  type TrainingSettings,
  type TrainingSummary,
} from "../store/mod.ts";
import {
  completeHyperparameters,
  defaultBatch,
  defaultEpochs,
  defaultPatience,
  describeFailures,
  hyperparameterSettings,
  type LoadedImages,
  MIN_IMAGES,
  type Split,
} from "../training/mod.ts";
import {
  CALIBRATION_METHODS,
  calibrationSetting,
  type ChosenCalibration,
} from "./calibration_choice.ts";
import { storedCalibration } from "./calibration_method.ts";
import type { TrainedModel } from "./train_member.ts";
import type { TrainOptions } from "./train_options.ts";

/** The division of the images of a training. */
export interface DividedImages {
  /** The generator that made the division; all further randomness comes from it. */
  readonly random: Random;
  /** The images. */
  readonly split: Split;
  /** The images of further models that calibrate. */
  readonly folds: readonly Split[];
  /** Their numbers. */
  readonly counts: TrainingSummary["images"];
}

/**
 * Chooses the images that train, validate and calibrate.
 *
 * @param count Number of images.
 * @param seed Makes the choice repeatable.
 * @param definition The model: whether it learns in steps (else the images that would validate train), and
 * its share of images that calibrate.
 * @param chosen The calibration method.
 * @returns The division.
 */
export function divideImages(
  count: number,
  seed: number,
  { type, defaults }: ModelDefinition,
  { method, folds: number }: ChosenCalibration,
): DividedImages {
  const random = new Random(seed), learns = type.learning !== undefined;
  const { split, folds, calibrating } = CALIBRATION_METHODS[method]
    .divide(count, random, { learns, folds: number, share: defaults.calibrationShare });
  const counts = {
    training: split.training.length,
    validation: split.validation.length,
    calibration: calibrating,
  };
  return { random, split, folds, counts };
}

/**
 * Refuses too few images.
 *
 * @param loaded The images, and the entries that could not be read.
 * @throws {StrayError} `empty` If there are too few.
 */
export function requireImages(
  { images: { count }, failures }: Pick<LoadedImages, "images" | "failures">,
): void {
  if (count < MIN_IMAGES) {
    throw new StrayError(
      "empty",
      `Cannot train as there must be at least ${MIN_IMAGES} images: current number is ${count}`,
      { hint: describeFailures(failures) ?? "some hundred are a good start" },
    );
  }
}

/** The settings of a training. */
export interface TrainingPlan {
  /** Settings of the training service. */
  readonly fit: Pick<
    TrainingSummary,
    "epochs" | "batch" | "learningRate" | "patience" | "hyperparameters"
  >;
  /** The seed. */
  readonly seed: number;
  /** The model's default score. */
  readonly score: string;
  /** Settings that a checkpoint and the training resumed from it must share. */
  readonly settings: TrainingSettings;
}

/** Facts from which a training is planned. */
export interface PlannedTraining {
  /** The model. */
  readonly spec: ModelSpec;
  /** Its defaults. */
  readonly defaults: ModelDefaults;
  /** The images. */
  readonly loaded: LoadedImages;
  /** Number of images that train. */
  readonly training: number;
  /** The calibration method. */
  readonly chosen: ChosenCalibration;
}

/**
 * Plans a training: the user's options, else the model's defaults.
 *
 * @param planned The facts.
 * @param options The user's.
 * @returns The plan.
 * @throws {StrayError} `usage` If an option does not fit the model.
 */
export function planTraining(
  { spec, defaults, loaded, training, chosen }: PlannedTraining,
  options: TrainOptions,
): TrainingPlan {
  const score = requireScore(options.score ?? defaultScore(spec, defaults), spec);
  const { learning } = modelTypeOf(spec);
  const batch = options.batch ?? defaultBatch(loaded.images.shape, defaults.batch);
  const learningRate = options.learningRate ?? defaults.learningRate;
  const seed = options.seed ?? 0;
  const hyperparameters = learning && completeHyperparameters(
    { ...defaults.hyperparameters, ...given(options.hyperparameters) },
    learning.variational(spec),
  );
  refuseRowless(loaded.images.shape, hyperparameters?.augment ?? []);
  const epochs = learning
    ? options.epochs ?? defaultEpochs(defaults.steps, training, batch, defaults.mostEpochs)
    : 0;
  const calibration = calibrationSetting(chosen), share = defaults.calibrationShare;
  const patience = options.patience ?? defaultPatience(epochs, hyperparameters?.schedule);
  const settings = {
    [MODEL]: encodeSpec(learning?.learnt?.(spec) ?? spec),
    [PREPARATION]: JSON.stringify(loaded.input),
    "the number of images": String(loaded.images.count),
    "the images' fingerprint": loaded.fingerprint,
    "--batch": String(batch),
    "--lr": String(learningRate),
    "--seed": String(seed),
    ...calibration !== undefined && { [CALIBRATE]: calibration },
    ...chosen.method === "split" && share && { [CALIBRATION_SHARE]: String(share) },
    ...hyperparameterSettings(hyperparameters, epochs),
  };
  const fit = { epochs, batch, learningRate, ...hyperparameters && { hyperparameters }, patience };
  return { fit, seed, score, settings };
}

/** Augmentations of several rows. */
const OF_ROWS = /^(rotate|flip-y)/;

/** Refuses augmentations without sense for images of one row, such as vectors. */
function refuseRowless([height]: readonly number[], augmentations: readonly string[]): void {
  const found = augmentations.find((augmentation) => OF_ROWS.test(augmentation));
  if (height !== 1 || found === undefined) return;
  throw new StrayError(
    "usage",
    `Cannot use --augment ${found} as images must have more than one row: they are vectors`,
    { hint: "omit it, or make images of vectors by --size" },
  );
}

/** The settings that are not undefined. */
export function given<T extends object>(settings?: T): Partial<T> {
  const entries = Object.entries(settings ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<T>;
}

/** Results of a training. */
export interface TrainingOutcome
  extends Pick<TrainedModel, "result" | "calibrated" | "interrupted"> {
  /** The model's values. */
  readonly weights: ModelFile["weights"];
  /** The backend that computed. */
  readonly backend: Backend;
  /** Number of threads that trained. */
  readonly threads: number;
  /** The default score: the planned one, or that of known anomalies. */
  readonly score: string;
  /** Number of images that calibrate it. */
  readonly calibrating: number;
  /** The comparison with known anomalies, if there were some. */
  readonly anomalies: ModelFile["anomalies"];
}

/**
 * The contents of the model file of a training.
 *
 * @param planned The facts.
 * @param plan The settings.
 * @param counts Numbers of images.
 * @param outcome The results.
 * @param version The version to note.
 * @returns The contents.
 */
export function modelOf(
  { spec, loaded: { input, labels, fingerprint }, chosen }: Omit<
    PlannedTraining,
    "defaults" | "training"
  >,
  { fit, seed }: TrainingPlan,
  counts: DividedImages["counts"],
  outcome: TrainingOutcome,
  version: string,
): ModelFile {
  const { result, calibrated, interrupted, weights, backend, threads } = outcome;
  const { history, bestEpoch } = result, { score, anomalies } = outcome;
  const training = {
    ...fit,
    seed,
    backend: backend.name,
    threads,
    images: counts,
    bestEpoch,
    interrupted,
    fingerprint,
  };
  const { method, folds } = chosen;
  const calibration: ModelFile["calibration"] = method === "split"
    ? undefined
    : { method, ...folds > 0 && { folds }, images: outcome.calibrating };
  return {
    ...{ spec, input, labels, version, training, history, score },
    ...anomalies && { anomalies },
    ...calibration && { calibration },
    ...storedCalibration(calibrated),
    weights,
  };
}
