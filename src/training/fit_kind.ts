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
import type { Random } from "../random.ts";
import { fitLearner, type Learner, type LearnerData, type LearnerOptions } from "./fit_learner.ts";
import type { FitResult } from "./fit_options.ts";
import { aaeLearner, cvaeLosses, gradientLearner, rbmLearner, resnetLosses } from "./learners.ts";

/** How to train. */
export interface KindFitOptions extends LearnerOptions {
  /** Of neighbours on latents: what makes these. The model takes it over, unless making it fails. */
  readonly encoder?: Encoder | undefined;
  /** Called once the model is there, before it learns, with the number of its trained values. */
  readonly onStart?: ((parameters: number) => void) | undefined;
}

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
  const { model, trainable, learner } = await start(spec, options);
  try {
    options.onStart?.(trainable.reduce((sum, { size }) => sum + size, 0));
    return { model, result: await fitLearner(learner, data, options) };
  } catch (error) {
    model.dispose();
    throw error;
  } finally {
    learner.dispose();
  }
}

async function start(
  spec: Exclude<KindSpec, { kind: "knn" | "pca" }>,
  { random, recipe = {} }: KindFitOptions,
): Promise<{ model: Model; trainable: readonly tf.Variable[]; learner: Learner }> {
  switch (spec.kind) {
    case "cvae": {
      const model = new Cvae(spec, random);
      const learner = await gradientLearner(model, cvaeLosses(model), recipe);
      return { model, trainable: model.trainable, learner };
    }
    case "resnet": {
      const model = new Resnet(spec, random);
      const learner = await gradientLearner(model, resnetLosses(model), recipe);
      return { model, trainable: model.trainable, learner };
    }
    case "aae": {
      const model = new Aae(spec, random);
      const { autoencoder, discriminator } = model.players;
      const learner = await aaeLearner(model, recipe);
      return { model, trainable: [...autoencoder, ...discriminator], learner };
    }
    case "rbm": {
      const model = new Rbm(spec, random);
      const learner = await rbmLearner(model, recipe);
      return { model, trainable: model.trainable, learner };
    }
  }
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
  for (let start = 0; start < count; start += KNN_BATCH) {
    const part = chosen.subarray(start, start + KNN_BATCH);
    const values = new Float32Array(part.length * images.imageSize);
    images.gather(part, values);
    const prepared = tf.tidy(() =>
      prepareForKnn(tf.tensor4d(values, [part.length, ...images.shape]), spec, encoder)
    );
    kept.set(await prepared.data(), start * size);
    prepared.dispose();
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
