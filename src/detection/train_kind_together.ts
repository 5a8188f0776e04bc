/** What every thread does that trains a model of a kind of its own. */

import type { KindSpec, Model } from "../models/mod.ts";
import type { Random } from "../random.ts";
import { fitKind, ImageSet, type KindFitOptions, type ProcessGroup } from "../training/mod.ts";
import { calibrate } from "./calibrate.ts";
import type { Trained, TrainingJob } from "./train_together.ts";

/** A training as it is sent to other threads. */
export interface KindJob extends Omit<TrainingJob, "spec"> {
  /** What is trained. */
  readonly spec: KindSpec;
  /** Of all images: the places of their labels among the model's, -1 where there is none. */
  readonly classes: Int32Array;
}

/** Who wants to know, of member 0, and what makes latents there. */
export type KindFollowers = Pick<
  KindFitOptions,
  "signal" | "watch" | "onStart" | "onStep" | "onEpoch" | "encoder"
>;

/**
 * Trains and calibrates as a member of a group.
 *
 * @param random The generator that all chance comes from.
 * @param job The same for every member.
 * @param group The member.
 * @param followers Who wants to know, of member 0.
 * @returns The model, to be disposed of, and what came of it.
 * @throws {StrayError} `value` If a loss is no longer finite.
 */
export async function trainKindTogether(
  random: Random,
  job: KindJob,
  group: ProcessGroup,
  followers: KindFollowers = {},
): Promise<Trained & { readonly model: Model }> {
  const { spec, split, classes } = job;
  const images = ImageSet.from(job.images);
  const options = { ...job, ...followers, random, group };
  const { model, result } = await fitKind(spec, { images, classes, split }, options);
  try {
    const work = { model, images, group, classes };
    return { model, result, calibrations: await calibrate(work, split.calibration) };
  } catch (error) {
    model.dispose();
    throw error;
  }
}
