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

/** Images per batch. */
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
 * @returns The training.
 */
export async function steps(
  backend: BackendName,
  name: string,
  inputShape: readonly [number, number, number] = SHAPE,
): Promise<Steps> {
  await openBackend(backend);
  await enableGradients();
  const random = new Random(3);
  const model = new Autoencoder(NETWORKS[name]!.build({ inputShape }), random);
  const trainable = trainableOf(model.parameters), adam = await Adam.create(trainable);
  const size = inputShape[0] * inputShape[1] * inputShape[2];
  const phases = Array.from({ length: BATCH }, () => random.uniform() * 6);
  const pixels = Float32Array.from(
    { length: BATCH * size },
    (_, i) => 0.5 + 0.5 * Math.sin(phases[Math.floor(i / size)]! + i % size / 7),
  );
  const x = tf.tensor(pixels, [BATCH, ...inputShape]);
  const most = BATCH * Math.max(model.spec.latent, size);
  const deviates = Float32Array.from({ length: most }, () => random.normal());
  const newPass = (): TrainingPass => ({
    statistics: [],
    normal: (shape) => tf.tensor(deviates.slice(0, tf.util.sizeFromShape([...shape])), [...shape]),
    uniform: (shape) => tf.zeros([...shape]),
  });
  const loss = (pass: TrainingPass = newPass()) =>
    tf.div<tf.Scalar>(tf.sum(model.trainingLoss({ x }, pass)), BATCH);
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

/** The losses of several steps. */
export async function losses(backend: BackendName, name: string, count: number): Promise<number[]> {
  const { step, dispose } = await steps(backend, name);
  const values = Array.from({ length: count }, step);
  const read: number[] = [];
  for (const value of values) read.push((await value.data())[0]!);
  tf.dispose(values);
  dispose();
  return read;
}
