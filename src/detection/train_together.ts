/** What every thread of a training does. */

import type { Autoencoder, AutoencoderSpec } from "../models/mod.ts";
import type { Random } from "../random.ts";
import {
  fit,
  type FitOptions,
  type FitResult,
  type Hyperparameters,
  ImageSet,
  type ProcessGroup,
  type SharedImages,
  type Split,
  type TrainingState,
} from "../training/mod.ts";
import { calibrate } from "./calibrate.ts";

/** A training as it is sent to other threads. */
export interface TrainingJob {
  /** The architecture. */
  readonly spec: AutoencoderSpec;
  /** All images. */
  readonly images: SharedImages;
  /** What they are for. */
  readonly split: Split;
  /** The generator that the first weights come from, and then all else. */
  readonly random: readonly number[];
  /** Most passes over the images. */
  readonly epochs: number;
  /** Images a step. */
  readonly batch: number;
  /** The learning rate, before its schedule. */
  readonly learningRate: number;
  /** Optimiser, schedule, KL term and augmentation, where they are not the default. */
  readonly hyperparameters?: Hyperparameters | undefined;
  /** Epochs without a lower validation loss before training ends. */
  readonly patience: number;
  /** Where to go on. */
  readonly resume?: TrainingState | undefined;
}

/** What a training gives, besides the network's weights. */
export interface Trained {
  /** How it went. */
  readonly result: FitResult;
  /** By the name of a score: the scores of the images held out, ascending. */
  readonly calibrations: ReadonlyMap<string, Float32Array>;
}

/**
 * Trains and calibrates as a member of a group.
 *
 * @param network Trained in place.
 * @param random The generator that made its first weights.
 * @param job The same for every member.
 * @param group The member.
 * @param followers Who wants to know, of member 0.
 * @returns What came of it.
 * @throws {StrayError} `value` If a loss is no longer finite.
 */
export async function trainTogether(
  network: Autoencoder,
  random: Random,
  job: TrainingJob,
  group: ProcessGroup,
  followers: Pick<FitOptions, "signal" | "watch" | "onStep" | "onEpoch"> = {},
): Promise<Trained> {
  const images = ImageSet.from(job.images);
  const result = await fit(network, images, job.split, { ...job, ...followers, random, group });
  const calibrations = await calibrate({ model: network, images, group }, job.split.calibration);
  return { result, calibrations };
}
