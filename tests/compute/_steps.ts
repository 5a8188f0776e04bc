/** Training steps of a small model, for tests of backends. */

import {
  Adam,
  type BackendName,
  enableGradients,
  openBackend,
  tf,
  valueAndGradients,
} from "../../src/compute/mod.ts";
import { Autoencoder } from "../../src/models/autoencoder/autoencoder.ts";
import { Random } from "../../src/random.ts";
import { trainableOf, type TrainingPass } from "../../src/training/mod.ts";
import { NETWORKS } from "../models/_models.ts";

/** Default images per batch. */
const BATCH = 16;
/** Default height, width and channels of an image. */
const SHAPE = [8, 8, 1] as const;

/** A model in training on one batch. */
export interface Steps {
  /** The model. */
  readonly model: Autoencoder;
  /** The mean loss of an image. */
  readonly loss: (pass?: TrainingPass) => tf.Scalar;
  /** One step; gives the loss before it. */
  readonly step: () => tf.Scalar;
  /** Frees all tensors. */
  readonly dispose: () => void;
}

/**
 * Creates a model, an optimiser, and a batch of smooth images.
 *
 * @param backend The backend.
 * @param name The model.
 * @param inputShape Height, width and channels of an image.
 * @param batch Images per batch.
 * @returns The training.
 */
export async function steps(
  backend: BackendName,
  name: string,
  inputShape: readonly [number, number, number] = SHAPE,
  batch: number = BATCH,
): Promise<Steps> {
  await openBackend(backend);
  await enableGradients();
  const random = new Random(3);
  const model = new Autoencoder(NETWORKS[name]!.build({ inputShape }), random);
  const trainable = trainableOf(model.parameters), adam = await Adam.create(trainable);
  const size = inputShape[0] * inputShape[1] * inputShape[2];
  const phases = Array.from({ length: batch }, () => random.uniform() * 6);
  const pixels = Float32Array.from(
    { length: batch * size },
    (_, i) => 0.5 + 0.5 * Math.sin(phases[Math.floor(i / size)]! + i % size / 7),
  );
  const x = tf.tensor(pixels, [batch, ...inputShape]);
  const most = batch * Math.max(model.spec.latent, size);
  const deviates = Float32Array.from({ length: most }, () => random.normal());
  const newPass = (): TrainingPass => ({
    statistics: [],
    normal: (shape) => tf.tensor(deviates.slice(0, tf.util.sizeFromShape([...shape])), [...shape]),
    uniform: (shape) => tf.zeros([...shape]),
  });
  const loss = (pass: TrainingPass = newPass()) =>
    tf.div<tf.Scalar>(tf.sum(model.trainingLoss({ x }, pass)), batch);
  return {
    model,
    loss,
    step: () => {
      const pass = newPass();
      const { value, gradients } = valueAndGradients(() => loss(pass), trainable);
      adam.apply(gradients);
      model.update(pass.statistics);
      tf.dispose(gradients);
      return value;
    },
    dispose: () => {
      model.dispose();
      adam.dispose();
      x.dispose();
    },
  };
}

/** The losses before each of several steps; the last step itself is not taken. */
export async function losses(backend: BackendName, name: string, count: number): Promise<number[]> {
  const { loss, step, dispose } = await steps(backend, name);
  const values = Array.from(
    { length: count },
    (_, i) => i < count - 1 ? step() : tf.tidy(() => loss()),
  );
  const read: number[] = [];
  for (const value of values) read.push((await value.data())[0]!);
  tf.dispose(values);
  dispose();
  return read;
}
