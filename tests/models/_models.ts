/** The models by what they are made of, and their fitting. */

import {
  AUTOENCODER,
  type AutoencoderSpec,
  type FitContext,
  type FittedModel,
  type ModelDefinition,
  MODELS,
  type ModelSpec,
  modelTypeOf,
} from "../../src/models/mod.ts";
import type { LearningData } from "../../src/training/mod.ts";

/** All models, as one type. */
const DEFINITIONS: readonly (readonly [string, ModelDefinition])[] = Object.entries(MODELS);

/** Autoencoders made of layers, by name. */
export const NETWORKS: Readonly<Record<string, ModelDefinition<AutoencoderSpec>>> = Object
  .fromEntries(
    DEFINITIONS.flatMap(([name, model]) => isNetwork(model) ? [[name, model]] : []),
  );

/** Names of the models of all other types. */
export const OTHER_NAMES: readonly string[] = DEFINITIONS
  .filter(([, model]) => !isNetwork(model)).map(([name]) => name);

/** Names of those that learn in steps. */
export const OTHER_LEARNING_NAMES: readonly string[] = DEFINITIONS
  .filter(([, model]) => !isNetwork(model) && model.type.learning).map(([name]) => name);

function isNetwork(model: ModelDefinition): model is ModelDefinition<AutoencoderSpec> {
  return model.type.kind === AUTOENCODER.kind;
}

/** Fits a model of any type. */
export async function fitModel(
  spec: ModelSpec,
  data: LearningData,
  context: FitContext,
): Promise<FittedModel> {
  return await (await modelTypeOf(spec).load()).fit(spec, data, context);
}
