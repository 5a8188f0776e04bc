/** From a description of a model of a kind of its own to the trained model. */

import { tf } from "../compute/mod.ts";
import {
  Aae,
  Cvae,
  type Encoder,
  type KindSpec,
  Knn,
  type KnnSpec,
  type Model,
  MOST_KNN_SAMPLES,
  Pca,
  type PcaSpec,
  prepareForKnn,
  principalComponents,
  Rbm,
  Resnet,
} from "../models/mod.ts";
import { Random } from "../random.ts";
import { EventLoopYielder } from "../yield_to_event_loop.ts";
import { aaeLearner, aaeRoom } from "./aae_learner.ts";
import { fitLearner, type LabelledLearner, type LearnerData } from "./fit_learner.ts";
import type { FitOptions, FitResult } from "./fit_options.ts";
import type { GroupCapacity } from "./process_group.ts";
import { cvaeLosses, gradientLearner, rbmLearner, resnetLosses, type Start } from "./learners.ts";

/** How to train. */
export interface KindFitOptions extends Omit<FitOptions, "watch"> {
  /** Of neighbours on latents: what makes these. The model takes it over, unless making it fails. */
  readonly encoder?: Encoder | undefined;
  /** Called once the model is there, before it learns, with the number of its trained values. */
  readonly onStart?: ((parameters: number) => void) | undefined;
  /** Measures the loss that a model gives to images that are watched, after every epoch. */
  readonly watch?: ((model: Model) => Promise<number>) | undefined;
}

/** Models of kinds of their own that learn. */
type LearningSpec = Exclude<KindSpec, { kind: "knn" | "pca" }>;

/** Images that are prepared at a time. */
const KNN_BATCH = 256;

/** What nothing was learnt for. */
const NO_EPOCHS: FitResult = { history: [], bestEpoch: 0, interrupted: false };

/**
 * Makes and trains a model of a kind of its own.
 *
 * @param spec What it is.
 * @param data What from.
 * @param options How.
 * @returns The model, to be disposed of, and how it went.
 */
export async function fitKind(
  spec: KindSpec,
  data: LearnerData,
  options: KindFitOptions,
): Promise<{ readonly model: Model; readonly result: FitResult }> {
  if (spec.kind === "knn") {
    options.onStart?.(0);
    return { model: await keepImages(spec, data, options.encoder), result: NO_EPOCHS };
  }
  if (spec.kind === "pca") {
    options.onStart?.(0);
    return { model: await fitPca(spec, data, options.random), result: NO_EPOCHS };
  }
  const { model, trainable, start } = untrained(spec, options.random);
  const { hyperparameters = {}, batch, group, watch } = options;
  try {
    if (model instanceof Rbm) model.startFrom(meanImage(data));
    options.onStart?.(trainable.reduce((sum, { size }) => sum + size, 0));
    const result = await fitLearner(
      (resume) => start({ hyperparameters, batch, group, resume }),
      data,
      {
        ...options,
        watch: watch && (() => watch(model)),
      },
    );
    return { model, result };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/**
 * The room that a group needs to train a model.
 *
 * @param spec The model.
 * @param batch Images a step.
 * @returns None for a model that learns nothing.
 */
export function kindRoom(spec: KindSpec, batch: number): GroupCapacity {
  if (spec.kind === "knn" || spec.kind === "pca") return { board: 0 };
  const { model, trainable } = untrained(spec, new Random(0));
  const room = model instanceof Aae
    ? aaeRoom(model, batch)
    : { board: trainable.reduce((sum, { size }) => sum + size, 0) };
  model.dispose();
  return room;
}

/** A model that has yet to learn, and how it does. */
interface Untrained {
  readonly model: Model;
  readonly trainable: readonly tf.Variable[];
  readonly start: (start: Start) => Promise<LabelledLearner>;
}

function untrained(spec: LearningSpec, random: Random): Untrained {
  switch (spec.kind) {
    case "cvae": {
      const model = new Cvae(spec, random), losses = cvaeLosses(model);
      const { trainable } = model;
      return { model, trainable, start: (start) => gradientLearner(model, losses, start) };
    }
    case "resnet": {
      const model = new Resnet(spec, random), losses = resnetLosses(model);
      const { trainable } = model;
      return { model, trainable, start: (start) => gradientLearner(model, losses, start) };
    }
    case "aae": {
      const model = new Aae(spec, random);
      const { autoencoder, discriminator } = model.players;
      const trainable = [...autoencoder, ...discriminator];
      return { model, trainable, start: (start) => aaeLearner(model, start) };
    }
    case "rbm": {
      const model = new Rbm(spec, random);
      const { trainable } = model;
      return { model, trainable, start: (start) => rbmLearner(model, start) };
    }
  }
}

/** The mean of the images that train. */
function meanImage({ images, split: { training } }: LearnerData): Float32Array {
  const sum = new Float64Array(images.imageSize), image = new Float32Array(images.imageSize);
  for (let i = 0; i < training.length; i++) {
    images.gather(training.subarray(i, i + 1), image);
    for (let j = 0; j < sum.length; j++) sum[j]! += image[j]!;
  }
  return Float32Array.from(sum, (value) => value / training.length);
}

/** Keeps all training images or their latents, or as many as may be, evenly spread over them. */
async function keepImages(
  spec: KnnSpec,
  { images, split }: LearnerData,
  encoder?: Encoder,
): Promise<Knn> {
  const { training } = split, size = spec.latents?.size ?? images.imageSize;
  const count = Math.min(training.length, Math.max(1, Math.floor(MOST_KNN_SAMPLES / size)));
  const chosen = Uint32Array.from(
    { length: count },
    (_, i) => training[Math.floor(i * training.length / count)]!,
  );
  const kept = new Float32Array(count * size);
  const yielder = new EventLoopYielder();
  for (let start = 0; start < count; start += KNN_BATCH) {
    const part = chosen.subarray(start, start + KNN_BATCH);
    const values = new Float32Array(part.length * images.imageSize);
    images.gather(part, values);
    const prepared = tf.tidy(() =>
      prepareForKnn(tf.tensor4d(values, [part.length, ...images.shape]), spec, encoder)
    );
    kept.set(await prepared.data(), start * size);
    prepared.dispose();
    await yielder.yield();
  }
  return new Knn(spec, kept, encoder);
}

async function fitPca(
  spec: PcaSpec,
  { images, split }: LearnerData,
  random: Random,
): Promise<Pca> {
  const { training } = split, size = images.imageSize;
  const read = (from: number, to: number) => {
    const values = new Float32Array((to - from) * size);
    images.gather(training.subarray(from, to), values);
    return values;
  };
  const rows = { count: training.length, size, read };
  return new Pca(spec, await principalComponents(rows, spec.components, random));
}
