/** The training loop. */

import { setImmediate } from "node:timers";
import { type Tensor, tf } from "../compute/mod.ts";
import { StrayError } from "../errors.ts";
import type { Autoencoder } from "../models/mod.ts";
import { Random } from "../random.ts";
import { Augmenter } from "./augmenter.ts";
import { batchBounds, largestGroup, shareOf } from "./batches.ts";
import type { EpochRecord, FitOptions, FitResult, TrainingState } from "./fit_options.ts";
import { DenseParts } from "./dense_parts.ts";
import { ALONE, type Group } from "./group.ts";
import type { ImageSet } from "./image_set.ts";
import { Loader } from "./loader.ts";
import { Optimiser } from "./optimiser.ts";
import type { Split } from "./split.ts";
import { ratesOf, type Trainer, trainStep } from "./_step.ts";

/** Images a step when nothing is learnt. */
const VALIDATION_BATCH = 256;

/** Between two turns of the event loop, in ms: signals and progress bars need them. */
const TURN_MS = 50;

/**
 * Trains a model and leaves it with the weights of its best epoch.
 *
 * In a group each member computes its share of every batch; orders, noise, sums and so decisions are the
 * same on all, and the same as those of a member alone, to rounding.
 *
 * What the validation images lose is always the whole loss on the images as they are: without warm-up,
 * free bits or augmentation. While the KL term warms up the training does not end early.
 *
 * @param model Trained in place.
 * @param images All images.
 * @param split Which of them train and which validate.
 * @param options How.
 * @returns What happened.
 * @throws {StrayError} `value` If the loss is no longer finite.
 * @throws {RangeError} If there are more members than images in the smallest batch.
 */
export async function fit(
  model: Autoencoder,
  images: ImageSet,
  split: Split,
  options: FitOptions,
): Promise<FitResult> {
  const { resume, signal, group = ALONE } = options;
  const most = largestGroup(split.training.length, options.batch);
  if (group.size > most) {
    throw new RangeError(
      `Cannot train as threads must be at most ${most}, the images of the smallest batch: current number is ${group.size}`,
    );
  }
  const random = resume ? Random.fromState(resume.random) : options.random;
  const history: EpochRecord[] = [...resume?.history ?? []];
  if (resume) model.restore(resume.weights);
  let best = resume ? resume.best : { epoch: 0, weights: await model.snapshot() };
  let bestLoss = history[best.epoch - 1]?.validationLoss ?? Infinity;
  const { recipe = {} } = options;
  const parts = new DenseParts(model.parameters, options.batch, group);
  const optimiser = await Optimiser.create(
    model.trainable,
    recipe,
    group,
    resume?.optimiser,
    parts.parts,
  );
  const augmenter = recipe.augment && new Augmenter(recipe.augment, images.shape);
  const trainer = { model, optimiser, loader: new Loader(images), group, parts, augmenter };
  // While the KL term warms up, losses say little of when to end.
  const { klWarmup = 0 } = recipe;
  const stale = () => history.length - Math.max(best.epoch, klWarmup);
  const state = async (): Promise<TrainingState> => ({
    epoch: history.length,
    history: [...history],
    weights: await model.snapshot(),
    best,
    optimiser: await optimiser.state(),
    random: random.state,
  });

  try {
    while (history.length < options.epochs && stale() < options.patience) {
      const epoch = history.length + 1;
      const loss = await trainEpoch(trainer, split.training, random, history, options);
      optimiser.gather();
      if (loss === undefined) break;
      const validationLoss = await meanLoss(trainer, split.validation);
      const watchedLoss = await options.watch?.();
      const record = {
        epoch,
        loss,
        validationLoss,
        ...watchedLoss !== undefined && { watchedLoss },
      };
      history.push(record);
      if (validationLoss < bestLoss) {
        bestLoss = validationLoss;
        best = { epoch, weights: await model.snapshot() };
      }
      optimiser.collect();
      await options.onEpoch?.(record, state);
      group.barrier();
    }
    if (best.epoch > 0) model.restore(best.weights);
    return { history, bestEpoch: best.epoch, interrupted: signal?.aborted ?? false };
  } finally {
    optimiser.dispose();
  }
}

/** One pass over the training images; undefined if the signal ended it. */
async function trainEpoch(
  trainer: Trainer,
  training: Uint32Array,
  random: Random,
  history: readonly EpochRecord[],
  options: FitOptions,
): Promise<number | undefined> {
  const { batch, signal, onStep, recipe: { freeBits } = {} } = options;
  const { group, optimiser, augmenter } = trainer;
  const epoch = history.length + 1;
  const order = random.permutation(training.length).map((i) => training[i]!);
  const noise = random.fork();
  const changes = augmenter && random.fork();
  const bounds = batchBounds(order.length, batch);
  const rates = ratesOf(options, history, bounds.length - 1);
  const losses: Tensor[] = [];
  let sum = 0, turned = performance.now();
  for (let i = 1; i < bounds.length; i++) {
    const images = bounds[i]!;
    const own = order.subarray(bounds[i - 1]!, images);
    const step = { batch: own, noise, changes, freeBits, ...rates(optimiser.steps) };
    losses.push(trainStep(trainer, step));
    // Member 0 has the clock and the signal.
    const first = group.rank === 0;
    const due = first && performance.now() - turned >= TURN_MS, stop = first && signal?.aborted;
    const flags = Float32Array.of(due ? 1 : 0, stop ? 1 : 0);
    group.sum(flags);
    if (flags[1]! > 0) {
      tf.dispose(losses);
      return undefined;
    }
    if (flags[0] === 0 && images < order.length) continue;
    sum += await takeTotal(losses, group);
    if (!Number.isFinite(sum)) {
      throw new StrayError(
        "value",
        `Cannot go on training as the loss must be finite: current value is ${sum} in epoch ${epoch}`,
        { hint: "lower --lr, or bound gradients by --clip" },
      );
    }
    onStep?.({ epoch, images, of: order.length, loss: sum / images });
    if (first) await new Promise((resolve) => setImmediate(resolve));
    turned = performance.now();
  }
  return sum / order.length;
}

/** Reads losses of steps, a turn's at once, and adds them up over the group. */
async function takeTotal(losses: Tensor[], group: Group): Promise<number> {
  const total = new Float64Array(1);
  for (const loss of losses.splice(0)) {
    total[0]! += (await loss.data())[0]!;
    loss.dispose();
  }
  group.sum(total);
  return total[0]!;
}

/** The loss without chance, a mean an image: what early stopping looks at. */
async function meanLoss({ model, loader, group }: Trainer, which: Uint32Array): Promise<number> {
  const own = shareOf(which, group);
  const losses: Tensor[] = [];
  for (let start = 0; start < own.length; start += VALIDATION_BATCH) {
    const x = loader.images(own.subarray(start, start + VALIDATION_BATCH));
    losses.push(tf.tidy(() => {
      const { loss, kl } = model.errors(x);
      return tf.sum(kl ? tf.add(loss, tf.mul(kl, model.spec.beta)) : loss);
    }));
    x.dispose();
  }
  return await takeTotal(losses, group) / which.length;
}
