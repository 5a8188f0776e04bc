/** One step of a training. */

import { type Tensor, tf } from "../compute/mod.ts";
import type { Autoencoder, TrainingPass } from "../models/mod.ts";
import type { Random } from "../random.ts";
import { slopesOf } from "./_descend.ts";
import type { Augmenter } from "./augmenter.ts";
import { ownPart, shareOf } from "./batches.ts";
import type { TensorParallelDense } from "./tensor_parallel_dense.ts";
import type { EpochRecord, FitOptions } from "./fit_options.ts";
import type { ProcessGroup } from "./process_group.ts";
import type { Loader } from "./loader.ts";
import type { Optimiser } from "./optimiser.ts";
import { parseSchedule, rateFactor } from "./schedule.ts";

/** What the steps of a training work with. */
export interface Trainer {
  readonly model: Autoencoder;
  readonly optimiser: Optimiser;
  readonly loader: Loader;
  readonly group: ProcessGroup;
  readonly parts?: TensorParallelDense | undefined;
  readonly augmenter: Augmenter | undefined;
}

/** One batch of a step, and what is particular to the step. */
export interface Step {
  /** The images of all members. */
  readonly batch: Uint32Array;
  /** Where noise comes from. */
  readonly noise: Random;
  /** Where changes of images come from; none are made without it. */
  readonly changes: Random | undefined;
  /** The learning rate. */
  readonly learningRate: number;
  /** The part of the KL divergence's weight that counts. */
  readonly klWeight: number;
  /** Nats of each latent unit that cost nothing. */
  readonly freeBits: number | undefined;
}

/**
 * What depends on the step: a function of the number of steps done, and of nothing else that a
 * checkpoint would have to hold.
 *
 * @param options The learning rate and its schedule, epochs, and the KL term's warm-up.
 * @param history The epochs that were done.
 * @param stepsPerEpoch Steps of an epoch.
 * @returns From the number of steps done to what the next one works with.
 */
export function ratesOf(
  { learningRate, epochs, hyperparameters = {} }: Pick<
    FitOptions,
    "learningRate" | "epochs" | "hyperparameters"
  >,
  history: readonly EpochRecord[],
  stepsPerEpoch: number,
): (step: number) => Pick<Step, "learningRate" | "klWeight"> {
  const schedule = parseSchedule(hyperparameters.schedule ?? "constant");
  const steps = epochs * stepsPerEpoch, warmup = (hyperparameters.klWarmup ?? 0) * stepsPerEpoch;
  const epoch = history.length + 1;
  const validationLosses = history.map((record) => record.validationLoss);
  return (step) => ({
    learningRate: learningRate * rateFactor(schedule, { step, steps, epoch, validationLosses }),
    klWeight: step < warmup ? step / warmup : 1,
  });
}

/**
 * One step on a batch.
 *
 * @param trainer What learns, and from what.
 * @param step The batch, and what is particular to it.
 * @returns This member's part of the loss, summed over images.
 */
export function trainStep(
  { model, optimiser, loader, group, parts, augmenter }: Trainer,
  step: Step,
): Tensor {
  const { batch, noise, changes, learningRate, klWeight, freeBits } = step;
  const own = shareOf(batch, group);
  // Every member draws the generators of all images.
  const randoms = changes && Array.from(batch, () => changes.split());
  const { x, input }: { x: Tensor; input?: Tensor } = augmenter && randoms
    ? loader.augmented(own, augmenter, ownPart(randoms, group))
    : { x: loader.images(own) };
  const pass: TrainingPass = {
    moments: [],
    input,
    klWeight,
    freeBits,
    reduce: group.size > 1 ? (sums) => group.allReduce(sums) : undefined,
    dense: parts?.layers(batch.length),
    normal: (shape) => loader.deviates(shape, batch.length, group, () => noise.normal()),
    uniform: (shape) => loader.deviates(shape, batch.length, group, () => noise.uniform()),
  };
  const { sum, gradients } = slopesOf({
    losses: () => model.trainingLoss(x, pass),
    scale: 1 / batch.length,
    variables: optimiser.variables,
    traceable: model.traceable,
  });
  optimiser.apply(gradients, learningRate);
  model.update(pass.moments);
  tf.dispose([x, ...input ? [input] : [], ...gradients]);
  return sum;
}
