/** Fitting of models by the training service, and their restoring. */

import {
  gradientLearner,
  type GradientModel,
  learn,
  type Learner,
  type LearnerStart,
  type LearningData,
} from "../training/mod.ts";
import type { Model, StoredWeights } from "./model.ts";
import type { FitContext, FittedModel } from "./model_type.ts";

/**
 * Restores a model.
 *
 * @param model A model with any values; disposed of if the others are not those of such a model.
 * @param weights The values.
 * @returns The model.
 * @throws {TypeError} If a value is missing, unknown or of another shape.
 */
export function restored<Restored extends Model & { restore(weights: StoredWeights): void }>(
  model: Restored,
  weights: StoredWeights,
): Restored {
  try {
    model.restore(weights);
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/**
 * Fits a model by the gradient of one loss.
 *
 * @param model The untrained model; disposed of if training fails.
 * @param data Images to learn from.
 * @param context Settings and callbacks.
 * @returns The model with the weights of its best epoch.
 */
export async function fitByGradients(
  model: Model & GradientModel,
  data: LearningData,
  context: FitContext,
): Promise<FittedModel> {
  return await fitByLearner(model, data, context, (start) => gradientLearner(model, start));
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
