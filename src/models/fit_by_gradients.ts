/** Fitting of models by the training service, and their restoring. */

import {
  gradientLearner,
  type GradientModel,
  learn,
  type Learner,
  type LearnerStart,
  type LearningData,
} from "../training/mod.ts";
import type { Model, StoredWeights, Weights } from "./model.ts";
import type { FitContext, FittedModel } from "./model_type.ts";

/** A model whose values can be set. */
export interface Restorable extends Model {
  /** Sets all values. */
  restore(weights: StoredWeights): void;
}

/** A model with the values of a file; disposes of it if they are not those of such a model. */
export function restored<Kind extends Restorable>(model: Kind, weights: StoredWeights): Kind {
  try {
    model.restore(weights);
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** A model that learns by the gradient of one loss, without what {@linkcode Restorable} has. */
export type GradientParts = Omit<GradientModel, "snapshot" | "restore" | "update">;

/**
 * Fits a model by the gradient of one loss.
 *
 * @param model The untrained model; disposed of if training fails.
 * @param data Images to learn from.
 * @param context Settings and callbacks.
 * @param parts Its parameters and losses.
 * @returns The model with the weights of its best epoch.
 */
export async function fitByGradients(
  model: Restorable & Pick<GradientModel, "update">,
  data: LearningData,
  context: FitContext,
  parts: GradientParts,
): Promise<FittedModel> {
  const learner: GradientModel = {
    ...parts,
    update: (statistics) => model.update(statistics),
    snapshot: () => model.snapshot(),
    restore: (weights: Weights) => model.restore(weights),
  };
  return await fitByLearner(model, data, context, (start) => gradientLearner(learner, start));
}

/**
 * Fits a model by a learner of its own.
 *
 * @param model The untrained model; disposed of if training fails.
 * @param data Images to learn from.
 * @param context Settings and callbacks.
 * @param start Makes the learner.
 * @returns The model with the weights of its best epoch.
 */
export async function fitByLearner(
  model: Model,
  data: LearningData,
  context: FitContext,
  start: (start: LearnerStart) => Promise<Learner>,
): Promise<FittedModel> {
  const { watch } = context;
  try {
    const result = await learn((resume) => start({ ...context, resume }), data, {
      ...context,
      watch: watch && (() => watch(model)),
    });
    return { model, result };
  } catch (error) {
    model.dispose();
    throw error;
  }
}
