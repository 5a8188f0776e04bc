/** Learning of an adversarial autoencoder. */

import { addScaled, Tape, type Tensor, tf } from "../../compute/mod.ts";
import {
  type Learner,
  type LearnerStart,
  lossGradients,
  type Optimiser,
  Optimisers,
  SINGLE_PROCESS,
  TensorParallelDense,
  type TrainingPass,
} from "../../training/mod.ts";
import type { Aae } from "./aae.ts";

/**
 * Ratio of the encoder's learning rate against the discriminator to the learning rate, as in the code of
 * Alexander et al. 2021 (arXiv 2008.12731). At the full rate the encoder oscillates, and reconstructs less.
 */
const ADVERSARIAL_RATE = 0.1;

/**
 * A learner of an adversarial autoencoder: each batch is one step of the autoencoder, then one of the
 * discriminator, then one of the encoder against it (Makhzani et al. 2015, section 2), each with an
 * optimiser of its own.
 *
 * The discriminator's step leaves the encoder unchanged, so it uses the codes that the encoder's step
 * begins with: they are computed once.
 *
 * @param model The model, trained in place.
 * @param start The setting.
 * @returns The learner.
 */
export async function aaeLearner(
  model: Aae,
  { hyperparameters = {}, batch: size, group = SINGLE_PROCESS, resume }: LearnerStart,
): Promise<Learner> {
  if (resume) model.restore(resume.weights);
  const sharded = new TensorParallelDense(model.autoencoderParameters, size, group);
  const optimisers = await Optimisers.create(model.players, hyperparameters, {
    group,
    shards: sharded.shards,
    resume: resume?.optimiser,
  });
  const [autoencoder, discriminator, encoder] = optimisers.each as [
    Optimiser,
    Optimiser,
    Optimiser,
  ];
  return {
    optimiser: optimisers,
    step({ x, wholeSize }, given, learningRate) {
      const pass: TrainingPass = { ...given, dense: sharded.layers(wholeSize) };
      const scale = 1 / wholeSize;
      const descend = (
        optimiser: Optimiser,
        losses: () => Tensor,
        { traceable, factor = 1 }: { readonly traceable: boolean; readonly factor?: number },
      ): Tensor => {
        const objective = {
          losses,
          scale: factor * scale,
          variables: optimiser.variables,
          traceable,
        };
        const { sum, gradients } = lossGradients(objective);
        optimiser.apply(gradients, learningRate);
        tf.dispose(gradients);
        return sum;
      };
      // Two optimisers update the encoder: each reads the other's updates before its turn.
      autoencoder.refresh();
      // The other losses are no sums over pixels.
      const { traceable } = model, factor = pass.lossScale ?? 1;
      const sum = descend(autoencoder, () => model.trainingLoss(x, pass), { traceable, factor });
      model.update(pass.statistics);
      encoder.refresh();
      // The batch's statistics are merged once per step, not here.
      const aside: TrainingPass = { ...pass, statistics: [] };
      tf.tidy(() => {
        const { variables } = encoder, tape = new Tape(variables);
        const code = tape.run(() => model.encode(pass.input ?? x, aside));
        descend(discriminator, () => {
          const drawn = model.surprise(model.prior(x.shape[0]!, pass), true);
          return addScaled(drawn, model.surprise(code, false), 1);
        }, { traceable: true });
        const losses = tape.run(() => model.surprise(code, true));
        const gradients = tape.back(losses, tf.fill(losses.shape, scale), variables);
        encoder.apply(gradients, ADVERSARIAL_RATE * learningRate);
        tf.dispose(gradients);
      });
      for (const { mean, variance } of aside.statistics) tf.dispose([mean, variance]);
      return sum;
    },
    validationLoss: ({ x }) => model.validationLoss(x),
    snapshot: () => model.snapshot(),
    restore: (weights) => model.restore(weights),
  };
}
