/** The training of an autoencoder. */

import { tf } from "../compute/mod.ts";
import type { Autoencoder } from "../models/mod.ts";
import { Augmenter } from "./augmenter.ts";
import { TensorParallelDense } from "./tensor_parallel_dense.ts";
import type { FitOptions, FitResult } from "./fit_options.ts";
import { SINGLE_PROCESS } from "./process_group.ts";
import type { ImageSet } from "./image_set.ts";
import { learn } from "./learn.ts";
import { Loader } from "./loader.ts";
import { Optimiser } from "./optimiser.ts";
import type { Split } from "./split.ts";
import { trainStep } from "./_step.ts";

/**
 * Trains a model and leaves it with the weights of its best epoch.
 *
 * In a group each member computes its share of every batch; orders, noise, sums and so decisions are the
 * same on all, and the same as those of a member alone, to rounding.
 *
 * What the validation images lose is always the whole loss on the images as they are: without warm-up,
 * free bits or augmentation. While the KL term warms up, or the learning rate rises (`one-cycle`), the
 * training does not end early.
 *
 * @param model Trained in place.
 * @param images All images.
 * @param split Which of them train and which validate.
 * @param options How.
 * @returns What happened.
 * @throws {StrayError} `value` If a loss is no longer finite.
 * @throws {RangeError} If there are more members than images in the smallest batch.
 */
export async function fit(
  model: Autoencoder,
  images: ImageSet,
  split: Split,
  options: FitOptions,
): Promise<FitResult> {
  const { group = SINGLE_PROCESS, hyperparameters = {} } = options;
  const loader = new Loader(images);
  const augmenter = hyperparameters.augment && new Augmenter(hyperparameters.augment, images.shape);
  return await learn(
    async (resume) => {
      if (resume) model.restore(resume.weights);
      const parts = new TensorParallelDense(model.parameters, options.batch, group);
      const optimiser = await Optimiser.create(
        model.trainable,
        hyperparameters,
        group,
        resume?.optimiser,
        parts.parts,
      );
      const trainer = { model, optimiser, loader, group, parts, augmenter };
      return {
        optimiser,
        step: (step) => trainStep(trainer, step),
        loss(indices) {
          const x = loader.images(indices);
          const sum = tf.tidy(() => {
            const { loss, kl } = model.errors(x);
            return tf.sum(kl ? tf.add(loss, tf.mul(kl, model.spec.beta)) : loss);
          });
          x.dispose();
          return sum;
        },
        snapshot: () => model.snapshot(),
        restore: (weights) => model.restore(weights),
      };
    },
    split,
    options,
  );
}
