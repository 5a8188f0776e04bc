/** Warnings of settings that serve a training badly. */

import { batchBounds } from "../training/mod.ts";
import type { PlannedTraining, TrainingPlan } from "./_training_plan.ts";
import type { TrainOptions } from "./train_options.ts";

/** Warns where fewer images are kept than shall be averaged. */
export function warnOfNeighbours(
  training: number,
  { neighbours = 1, keep = Infinity, onWarning }: TrainOptions,
): void {
  const kept = Math.min(training, keep);
  if (neighbours <= kept) return;
  onWarning?.(
    `--neighbours ${neighbours} averages the distances to all images, as ${kept} are kept`,
    "take fewer neighbours, or train on more images",
  );
}

/** Warns of a training that ends before the model has learnt to tell images apart. */
export function warnOfFewSteps(
  { spec: { name }, defaults: { leastSteps = 0 }, training }: PlannedTraining,
  { fit: { epochs, batch } }: TrainingPlan,
  { onWarning }: TrainOptions,
): void {
  const perEpoch = batchBounds(training, batch).length - 1, steps = epochs * perEpoch;
  if (steps >= leastSteps) return;
  onWarning?.(
    `${name} learns to tell images apart in ${leastSteps} steps or more: this training has ${steps}`,
    `take --epochs ${
      Math.ceil(leastSteps / perEpoch)
    } or more, or --model small, which learns faster`,
  );
}
