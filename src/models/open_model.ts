/** Restoring of models from model files. */

import { requireWeights } from "./check_weights.ts";
import type { Model, StoredWeights } from "./model.ts";
import { modelTypeOf } from "./registry.ts";
import type { ModelSpec } from "./spec.ts";

/**
 * Restores a stored model.
 *
 * @param spec The model as data.
 * @param weights Its values by name.
 * @returns The model on the current backend; the caller disposes of it.
 * @throws {TypeError} If the weights are not those of such a model.
 */
export async function openModel(spec: ModelSpec, weights: StoredWeights): Promise<Model> {
  requireWeights(spec, weights);
  const implementation = await modelTypeOf(spec).load();
  return await implementation.open(spec, weights, openModel);
}
