/** How an adversarial autoencoder learns, step by step. */

import { addScaled, Tape, type Tensor, tf } from "../compute/mod.ts";
import type { Aae, Moments, TrainingPass } from "../models/mod.ts";
import { slopesOf } from "./_descend.ts";
import { Optimisers } from "./_optimisers.ts";
import { roomFor, TensorParallelDense } from "./tensor_parallel_dense.ts";
import type { LabelledLearner } from "./fit_learner.ts";
import { type GroupCapacity, SINGLE_PROCESS } from "./process_group.ts";
import { keep, type Start } from "./learners.ts";
import type { Optimiser } from "./optimiser.ts";

/**
 * Of the learning rate, what the encoder moves by against the discriminator, as in the code of Alexander et
 * al. 2021 (arXiv 2008.12731). At the whole of it the encoder is drawn to and fro, and reconstructs less.
 */
const AGAINST = 0.1;

/** The room that a group needs for it. */
export function aaeRoom(model: Aae, batch: number): GroupCapacity {
  const variables = playersOf(model).flat();
  const { lane } = roomFor(model.autoencoderParameters, batch);
  return { board: variables.reduce((sum, { size }) => sum + size, 0), lane };
}

/** What the optimisers move, in the order of their turns. */
function playersOf({ players: { autoencoder, discriminator, encoder } }: Aae) {
  return [autoencoder, discriminator, encoder];
}

/**
 * A learner of an adversarial autoencoder: each batch is one step of the autoencoder, then one of the
 * discriminator, then one of the encoder against it (Makhzani et al. 2015, section 2), each with an
 * optimiser of its own.
 *
 * The discriminator does not move the encoder, so the codes that it learns from are those that the
 * encoder's step begins with: they are made once.
 */
export async function aaeLearner(
  model: Aae,
  { hyperparameters, batch: size, group = SINGLE_PROCESS, resume }: Start,
): Promise<LabelledLearner> {
  const keeper = keep(model, resume);
  const split = new TensorParallelDense(model.autoencoderParameters, size, group);
  const optimisers = await Optimisers.create(playersOf(model), {
    hyperparameters,
    group,
    parts: split.parts,
    resume: resume?.optimiser,
  });
  const [learning, doubting, deceiving] = optimisers.each as [Optimiser, Optimiser, Optimiser];
  return {
    ...keeper,
    optimiser: optimisers,
    step({ x, of }, given, rate) {
      const pass: TrainingPass = { ...given, dense: split.layers(of) }, scale = 1 / of;
      const descend = (optimiser: Optimiser, losses: () => Tensor, traceable: boolean): Tensor => {
        const { variables } = optimiser;
        const { sum, gradients } = slopesOf({ losses, scale, variables, traceable });
        optimiser.apply(gradients, rate);
        tf.dispose(gradients);
        return sum;
      };
      // The encoder has two optimisers: each takes over what the other has moved.
      learning.refresh();
      const sum = descend(learning, () => model.trainingLoss(x, pass), model.traceable);
      model.update(pass.moments);
      deceiving.refresh();
      // The batch's statistics are merged once a step, not here.
      const aside: TrainingPass = { ...pass, moments: [] as Moments[] };
      tf.tidy(() => {
        const { variables } = deceiving, tape = new Tape(variables);
        const code = tape.run(() => model.encode(pass.input ?? x, aside));
        descend(doubting, () => {
          const drawn = model.surprise(model.prior(x.shape[0]!, pass), true);
          return addScaled(drawn, model.surprise(code, false), 1);
        }, true);
        const losses = tape.run(() => model.surprise(code, true));
        const gradients = tape.back(losses, tf.fill(losses.shape, scale), variables);
        deceiving.apply(gradients, AGAINST * rate);
        tf.dispose(gradients);
      });
      for (const { mean, variance } of aside.moments) tf.dispose([mean, variance]);
      return sum;
    },
    loss: ({ x }) => tf.sum(model.errors(x).loss),
  };
}
