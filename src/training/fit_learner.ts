/** The training loop of models with steps of their own: one thread, no checkpoints. */

import { setImmediate } from "node:timers";
import { type Tensor, tf } from "../compute/mod.ts";
import { StrayError } from "../errors.ts";
import type { TrainingPass } from "../models/mod.ts";
import type { Random } from "../random.ts";
import { ratesOf } from "./_step.ts";
import { batchBounds } from "./batches.ts";
import type { EpochRecord, FitOptions, FitResult, Weights } from "./fit_options.ts";
import type { ImageSet } from "./image_set.ts";
import type { Split } from "./split.ts";

/** Images at a time when nothing is learnt. */
const VALIDATION_BATCH = 256;
/** Between two turns of the event loop, in ms: signals and progress bars need them. */
const TURN_MS = 50;

/** Some images with the places of their labels. */
export interface LabelledBatch {
  /** `[batch, height, width, channels]`. */
  readonly x: Tensor;
  /** Places of their labels, -1 where there is none. */
  readonly classes: Int32Array;
}

/** What learns, step by step. */
export interface Learner {
  /**
   * Learns from a batch.
   *
   * @param batch The images.
   * @param pass Gives chance, and collects statistics.
   * @param learningRate Of this step.
   * @returns The loss that is reported, summed over images.
   */
  step(batch: LabelledBatch, pass: TrainingPass, learningRate: number): Tensor;
  /** The loss without chance, summed over images: what early stopping looks at. */
  loss(batch: LabelledBatch): Tensor;
  /** A copy of all weights. */
  snapshot(): Promise<Weights>;
  /** Sets all weights. */
  restore(weights: Weights): void;
  /** Frees what only learning needs. */
  dispose(): void;
}

/** Images to learn from. */
export interface LearnerData {
  /** All images. */
  readonly images: ImageSet;
  /** Of all images: the places of their labels, -1 where there is none. */
  readonly classes: Int32Array;
  /** Which of them train and which validate. */
  readonly split: Split;
}

/** How to learn: with neither group nor checkpoint. */
export type LearnerOptions = Omit<FitOptions, "resume" | "group" | "watch" | "onEpoch"> & {
  /** Called after every epoch. */
  readonly onEpoch?: ((record: EpochRecord) => Promise<void> | void) | undefined;
};

/**
 * Lets a model learn and leaves it with the weights of its best epoch.
 *
 * @param learner What learns.
 * @param data What from.
 * @param options How.
 * @returns What happened.
 * @throws {StrayError} `value` If the loss is no longer finite.
 */
export async function fitLearner(
  learner: Learner,
  data: LearnerData,
  options: LearnerOptions,
): Promise<FitResult> {
  const { epochs, patience, signal } = options;
  const history: EpochRecord[] = [];
  let best = { epoch: 0, weights: await learner.snapshot() }, bestLoss = Infinity;
  while (history.length < epochs && history.length - best.epoch < patience) {
    const epoch = history.length + 1;
    const loss = await learnEpoch(learner, data, history, options);
    if (loss === undefined) break;
    const validationLoss = await meanLoss(learner, data);
    const record = { epoch, loss, validationLoss };
    history.push(record);
    if (validationLoss < bestLoss) {
      bestLoss = validationLoss;
      best = { epoch, weights: await learner.snapshot() };
    }
    await options.onEpoch?.(record);
  }
  if (best.epoch > 0) learner.restore(best.weights);
  return { history, bestEpoch: best.epoch, interrupted: signal?.aborted ?? false };
}

/** One pass over the training images; undefined if the signal ended it. */
async function learnEpoch(
  learner: Learner,
  data: LearnerData,
  history: readonly EpochRecord[],
  options: LearnerOptions,
): Promise<number | undefined> {
  const { batch, random, signal, onStep } = options;
  const epoch = history.length + 1;
  const { training } = data.split;
  const order = random.permutation(training.length).map((i) => training[i]!);
  const noise = random.fork();
  const bounds = batchBounds(order.length, batch);
  const steps = bounds.length - 1, rates = ratesOf(options, history, steps);
  const losses: Tensor[] = [];
  let sum = 0, turned = performance.now();
  for (let i = 1; i < bounds.length; i++) {
    const images = bounds[i]!;
    const part = gather(data, order.subarray(bounds[i - 1]!, images));
    const { learningRate } = rates(history.length * steps + i - 1);
    losses.push(learner.step(part, trainingPass(noise), learningRate));
    part.x.dispose();
    if (signal?.aborted) {
      tf.dispose(losses);
      return undefined;
    }
    if (performance.now() - turned < TURN_MS && images < order.length) continue;
    sum += await total(losses);
    if (!Number.isFinite(sum)) {
      throw new StrayError(
        "value",
        `Cannot go on training as the loss must be finite: current value is ${sum} in epoch ${epoch}`,
        { hint: "lower --lr" },
      );
    }
    onStep?.({ epoch, images, of: order.length, loss: sum / images });
    await new Promise((resolve) => setImmediate(resolve));
    turned = performance.now();
  }
  return sum / order.length;
}

/** Chance for a step. */
function trainingPass(random: Random): TrainingPass {
  const deviates = (shape: readonly number[], draw: () => number) =>
    tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, draw), [...shape]);
  return {
    moments: [],
    normal: (shape) => deviates(shape, () => random.normal()),
    uniform: (shape) => deviates(shape, () => random.uniform()),
  };
}

async function meanLoss(learner: Learner, data: LearnerData): Promise<number> {
  const { validation } = data.split;
  const losses: Tensor[] = [];
  for (let start = 0; start < validation.length; start += VALIDATION_BATCH) {
    const part = gather(data, validation.subarray(start, start + VALIDATION_BATCH));
    losses.push(tf.tidy(() => learner.loss(part)));
    part.x.dispose();
  }
  return await total(losses) / validation.length;
}

function gather({ images, classes }: LearnerData, indices: Uint32Array): LabelledBatch {
  const values = new Float32Array(indices.length * images.imageSize);
  images.gather(indices, values);
  const x = tf.tensor4d(values, [indices.length, ...images.shape]);
  return { x, classes: Int32Array.from(indices, (i) => classes[i]!) };
}

/** Adds up losses, and disposes of them. */
async function total(losses: Tensor[]): Promise<number> {
  let sum = 0;
  for (const loss of losses.splice(0)) {
    sum += (await loss.data())[0]!;
    loss.dispose();
  }
  return sum;
}
