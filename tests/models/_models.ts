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

/** The side of the images where an architecture takes none of 8 x 8. */
export const SIDES: Readonly<Record<string, number>> = { dcae: 17, "lens-vae": 17 };

/** Sizes of the latent that suit images of 8 x 8; the others are as they are. */
export const LATENTS: Readonly<Record<string, number>> = {
  linear: 8,
  dcae: 16,
  "lens-vae": 16,
  cae: 16,
  "cae-transposed": 16,
};

/** Names of the models of all other types that digits can train; those of photographs have tests of their own. */
export const OTHER_NAMES: readonly string[] = DEFINITIONS
  .filter(([, model]) =>
    !isNetwork(model) && model.requires === undefined && model.side === undefined
  ).map(([name]) => name);

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

/** Settings of learning in steps, for a model that learns so; nothing for one that refuses them. */
export function stepsFor<Settings extends object>(
  name: string,
  settings: Settings,
): Partial<Settings> {
  return DEFINITIONS.find(([each]) => each === name)?.[1].type.learning ? settings : {};
}
