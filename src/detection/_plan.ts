/** What all trainings plan and note in the same way. */

import { type Backend } from "../compute/mod.ts";
import { StrayError } from "../errors.ts";
import type { ArchitectureDefaults, ModelSpec } from "../models/mod.ts";
import { Random } from "../random.ts";
import type { ModelFile, TrainingSettings, TrainingSummary } from "../store/mod.ts";
import {
  completeHyperparameters,
  defaultBatch,
  defaultEpochs,
  defaultPatience,
  FEWEST_IMAGES,
  type FitResult,
  hyperparameterSettings,
  type LoadedImages,
  type Split,
  splitImages,
} from "../training/mod.ts";
import { requireScore } from "./scores.ts";
import type { TrainOptions } from "./train_options.ts";

/** Which images are for what. */
export interface Parts {
  /** Where the choice came from, and then all else comes. */
  readonly random: Random;
  /** The images. */
  readonly split: Split;
  /** Their numbers. */
  readonly counts: TrainingSummary["images"];
}

/**
 * Chooses which images train, stop the training and calibrate.
 *
 * @param count The number of images.
 * @param seed Makes the choice repeatable.
 * @param learns Whether anything is learnt; else the images that would stop the training join the others.
 * @returns The parts.
 * @throws {StrayError} `empty` If there are too few.
 */
export function divideImages(count: number, seed: number, learns: boolean): Parts {
  if (count < FEWEST_IMAGES) {
    throw new StrayError(
      "empty",
      `Cannot train as there must be at least ${FEWEST_IMAGES} images: current number is ${count}`,
      { hint: "some hundred are a good start" },
    );
  }
  const random = new Random(seed);
  const whole = splitImages(count, random), split = learns ? whole : withoutValidation(whole);
  const counts = {
    training: split.training.length,
    validation: split.validation.length,
    calibration: split.calibration.length,
  };
  return { random, split, counts };
}

function withoutValidation({ training, validation, calibration }: Split): Split {
  const all = new Uint32Array(training.length + validation.length);
  all.set(training);
  all.set(validation, training.length);
  return { training: all.sort(), validation: new Uint32Array(0), calibration };
}

/** How a training goes on once its images and its model are known. */
export interface Plan {
  /** Passes, batches, rates and the rest, as `fit` takes them. */
  readonly fit: Pick<
    TrainingSummary,
    "epochs" | "batch" | "learningRate" | "patience" | "hyperparameters"
  >;
  /** The seed. */
  readonly seed: number;
  /** The score that the model uses unless told otherwise. */
  readonly score: string;
  /** What cannot change between a checkpoint and the training that goes on from it. */
  readonly settings: TrainingSettings;
}

/** What is known when a training is planned. */
export interface Planned {
  /** The model. */
  readonly spec: ModelSpec;
  /** Its defaults. */
  readonly defaults: ArchitectureDefaults;
  /** Whether the model has a KL divergence. */
  readonly variational: boolean;
  /** The images. */
  readonly loaded: LoadedImages;
  /** Those that train. */
  readonly training: number;
}

/**
 * Plans a training: the user's options, else the model's defaults.
 *
 * @param planned What is known.
 * @param options The user's.
 * @returns The plan.
 * @throws {StrayError} `usage` If an option does not fit the model.
 */
export function planTraining(
  { spec, defaults, variational, loaded, training }: Planned,
  options: TrainOptions,
): Plan {
  const score = options.score ?? defaults.score;
  requireScore(score, spec);
  const learns = defaults.steps > 0;
  const batch = options.batch ?? defaultBatch(loaded.images.shape);
  const learningRate = options.learningRate ?? defaults.learningRate;
  const seed = options.seed ?? 0;
  const hyperparameters = learns
    ? completeHyperparameters(
      { ...defaults.optimiser, ...given(options.hyperparameters) },
      variational,
    )
    : undefined;
  const epochs = learns
    ? options.epochs ?? defaultEpochs(defaults.steps, training, batch, defaults.mostEpochs)
    : 0;
  const patience = options.patience ?? defaultPatience(epochs, hyperparameters?.schedule);
  const settings = {
    "--model, --latent, --loss and --beta": JSON.stringify(spec),
    "the images' preparation": JSON.stringify(loaded.input),
    "the number of images": String(loaded.images.count),
    "the images' fingerprint": loaded.fingerprint,
    "--batch": String(batch),
    "--lr": String(learningRate),
    "--seed": String(seed),
    ...hyperparameterSettings(hyperparameters, epochs),
  };
  const fit = { epochs, batch, learningRate, ...hyperparameters && { hyperparameters }, patience };
  return { fit, seed, score, settings };
}

/** The settings that are given: those that are there and not undefined. */
export function given<T extends object>(settings?: T): Partial<T> {
  const there = Object.entries(settings ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there) as Partial<T>;
}

/** What came of a training. */
export interface Outcome {
  /** How it went. */
  readonly result: FitResult;
  /** By the name of a score: the scores of the images held out, ascending. */
  readonly calibrations: ReadonlyMap<string, Float32Array>;
  /** The model's values. */
  readonly weights: ModelFile["weights"];
  /** What computed. */
  readonly backend: Backend;
  /** How many threads trained. */
  readonly threads: number;
}

/**
 * What a training leaves to write.
 *
 * @param planned What was known.
 * @param plan The plan.
 * @param counts Numbers of images.
 * @param outcome What came of it.
 * @param version The version to note.
 * @returns The contents of the model file.
 */
export function modelOf(
  { spec, loaded: { input, labels, fingerprint } }: Pick<Planned, "spec" | "loaded">,
  { fit, seed, score }: Plan,
  counts: Parts["counts"],
  { result, calibrations, weights, backend, threads }: Outcome,
  version: string,
): ModelFile {
  const { history, bestEpoch, interrupted } = result;
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
  return { spec, input, labels, version, training, history, score, calibrations, weights };
}
