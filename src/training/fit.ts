/** The training loop. */

import { Adam, type Tensor, tf, valueAndGradients } from "../compute/mod.ts";
import { StrayError } from "../errors.ts";
import type { Autoencoder, Moments } from "../models/mod.ts";
import { Random } from "../random.ts";
import type { ImageSet } from "./image_set.ts";
import type { Split } from "./split.ts";

/** The values of all weights, by name. */
export type Weights = Map<string, { shape: readonly number[]; data: Float32Array }>;

/** What one epoch came to. Losses are means an image. */
export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  /** Mean of the steps' training losses. */
  readonly loss: number;
  /** Loss on the validation images after the epoch. */
  readonly validationLoss: number;
}

/** How far an epoch is. */
export interface StepRecord {
  /** From 1. */
  readonly epoch: number;
  /** Images done in this epoch. */
  readonly images: number;
  /** Images of the epoch. */
  readonly of: number;
  /** Mean training loss an image, over the epoch so far. */
  readonly loss: number;
}

/** Everything that a training needs to go on as if it had not stopped. */
export interface TrainingState {
  /** Epochs done. */
  readonly epoch: number;
  /** One record an epoch. */
  readonly history: readonly EpochRecord[];
  /** The weights now. */
  readonly weights: Weights;
  /** The weights of the best epoch. */
  readonly best: { readonly epoch: number; readonly weights: Weights };
  /** The optimiser's moments and its number of steps. */
  readonly optimiser: { readonly steps: number; readonly moments: readonly Float32Array[] };
  /** The random generator. */
  readonly random: readonly number[];
}

/** How to train. */
export interface FitOptions {
  /** Passes over the training images, at least 1. */
  readonly epochs: number;
  /** Images a step, at least 2 (batch normalisation needs two). */
  readonly batch: number;
  /** Adam's learning rate. */
  readonly learningRate: number;
  /** Epochs without a better validation loss before training ends. */
  readonly patience: number;
  /** Order of images and noise come from here. */
  readonly random: Random;
  /** Where to go on. */
  readonly resume?: TrainingState | undefined;
  /** Ends the training after the current step. */
  readonly signal?: AbortSignal | undefined;
  /** Called after every step. */
  readonly onStep?: ((step: StepRecord) => void) | undefined;
  /** Called after every epoch; the state is made only if it is asked for. */
  readonly onEpoch?: (
    record: EpochRecord,
    state: () => Promise<TrainingState>,
  ) => Promise<void> | void;
}

/** How a training ended. The model holds the best weights. */
export interface FitResult {
  /** One record an epoch. */
  readonly history: readonly EpochRecord[];
  /** The epoch whose weights were kept; 0 if none was complete. */
  readonly bestEpoch: number;
  /** Whether the signal ended it. */
  readonly interrupted: boolean;
}

/** Images a step when nothing is learnt. */
const VALIDATION_BATCH = 256;

/**
 * Trains a model and leaves it with the weights of its best epoch.
 *
 * @param model Trained in place.
 * @param images All images.
 * @param split Which of them train and which validate.
 * @param options How.
 * @returns What happened.
 * @throws {StrayError} `value` If the loss is no longer finite.
 */
export async function fit(
  model: Autoencoder,
  images: ImageSet,
  split: Split,
  options: FitOptions,
): Promise<FitResult> {
  const { resume, signal } = options;
  const variables = model.trainable;
  const adam = await Adam.create(variables, { learningRate: options.learningRate });
  let random = options.random;
  let best = { epoch: 0, weights: await model.snapshot() };
  const history: EpochRecord[] = [...resume?.history ?? []];
  if (resume) {
    model.restore(resume.weights);
    adam.steps = resume.optimiser.steps;
    adam.state.forEach((moment, i) =>
      tf.tidy(() => moment.assign(tf.tensor(resume.optimiser.moments[i]!.slice(), moment.shape)))
    );
    best = { ...resume.best };
    random = Random.fromState(resume.random);
  }
  let bestLoss = history[best.epoch - 1]?.validationLoss ?? Infinity;
  const state = async (): Promise<TrainingState> => ({
    epoch: history.length,
    history: [...history],
    weights: await model.snapshot(),
    best,
    optimiser: {
      steps: adam.steps,
      moments: await Promise.all(
        adam.state.map(async (moment) => Float32Array.from(await moment.data())),
      ),
    },
    random: random.state,
  });

  try {
    while (history.length < options.epochs && history.length - best.epoch < options.patience) {
      const epoch = history.length + 1;
      const loss = await trainEpoch(model, adam, images, split.training, random, epoch, options);
      if (loss === undefined) break;
      const validationLoss = await meanLoss(model, images, split.validation);
      const record = { epoch, loss, validationLoss };
      history.push(record);
      if (validationLoss < bestLoss) {
        bestLoss = validationLoss;
        best = { epoch, weights: await model.snapshot() };
      }
      await options.onEpoch?.(record, state);
    }
    if (best.epoch > 0) model.restore(best.weights);
    return { history, bestEpoch: best.epoch, interrupted: signal?.aborted ?? false };
  } finally {
    adam.dispose();
  }
}

/** One pass over the training images; undefined if the signal ended it. */
async function trainEpoch(
  model: Autoencoder,
  adam: Adam,
  images: ImageSet,
  training: Uint32Array,
  random: Random,
  epoch: number,
  { batch, signal, onStep }: FitOptions,
): Promise<number | undefined> {
  const order = random.permutation(training.length).map((i) => training[i]!);
  const noise = random.fork();
  // A last batch of one image has no variance to normalise by: it joins the one before.
  const starts: number[] = [];
  for (let start = 0; start < order.length; start += batch) starts.push(start);
  if (order.length % batch === 1 && starts.length > 1) starts.pop();
  let sum = 0, done = 0;
  for (const [i, start] of starts.entries()) {
    const indices = order.subarray(start, starts[i + 1] ?? order.length);
    const loss = await step(model, adam, images, indices, noise);
    if (!Number.isFinite(loss)) {
      throw new StrayError(
        "value",
        `Cannot go on training as the loss must be finite: current value is ${loss} in epoch ${epoch}`,
        { hint: "lower --lr" },
      );
    }
    sum += loss * indices.length;
    done += indices.length;
    onStep?.({ epoch, images: done, of: order.length, loss: sum / done });
    // Signals and progress bars need a turn of the event loop.
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (signal?.aborted) return undefined;
  }
  return sum / done;
}

async function step(
  model: Autoencoder,
  adam: Adam,
  images: ImageSet,
  indices: Uint32Array,
  random: Random,
): Promise<number> {
  const x = batchTensor(images, indices);
  const { latent } = model.spec;
  const noise = latent > 0
    ? tf.tensor2d(
      Float32Array.from({ length: indices.length * latent }, () => random.normal()),
      [indices.length, latent],
    )
    : undefined;
  const moments: Moments[] = [];
  const { value, gradients } = valueAndGradients(() => {
    return tf.mean(model.trainingLoss(x, { moments }, noise)).asScalar();
  }, model.trainable);
  adam.apply(gradients);
  model.update(moments);
  const loss = (await value.data())[0]!;
  tf.dispose([x, value, ...gradients]);
  noise?.dispose();
  return loss;
}

function batchTensor(images: ImageSet, indices: Uint32Array): Tensor {
  const [height, width, channels] = images.shape;
  const values = new Float32Array(indices.length * height * width * channels);
  images.gather(indices, values);
  return tf.tensor4d(values, [indices.length, height, width, channels]);
}

/** The loss without chance, a mean an image: what early stopping looks at. */
async function meanLoss(
  model: Autoencoder,
  images: ImageSet,
  which: Uint32Array,
): Promise<number> {
  let sum = 0;
  for (let start = 0; start < which.length; start += VALIDATION_BATCH) {
    const indices = which.subarray(start, start + VALIDATION_BATCH);
    const total = tf.tidy(() => {
      const { loss, kl } = model.errors(batchTensor(images, indices));
      return tf.sum(kl ? tf.add(loss, tf.mul(kl, model.spec.beta)) : loss);
    });
    sum += (await total.data())[0]!;
    total.dispose();
  }
  return sum / which.length;
}
