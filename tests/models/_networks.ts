/** The autoencoders among the models. */

import {
  AUTOENCODER,
  type AutoencoderSpec,
  type ModelDefinition,
  MODELS,
} from "../../src/models/mod.ts";

/** Autoencoders made of layers, by name. */
export const NETWORKS: Readonly<Record<string, ModelDefinition<AutoencoderSpec>>> = Object
  .fromEntries(
    Object.entries<ModelDefinition>(MODELS).flatMap(([name, model]) =>
      isNetwork(model) ? [[name, model]] : []
    ),
  );

/** Names of the models of all other types. */
export const OTHER_NAMES: readonly string[] = Object.keys(MODELS)
  .filter((name) => !Object.hasOwn(NETWORKS, name));

function isNetwork(model: ModelDefinition): model is ModelDefinition<AutoencoderSpec> {
  return model.type.kind === AUTOENCODER.kind;
}
