/** Values of `--model` before a model is trained: names of models, and network files. */

import { usageError } from "../src/cli/mod.ts";
import {
  type Architecture,
  currentScoreName,
  DEFAULT_MODELS,
  type DefaultModel,
  findModel,
  mapScoreOf,
  type ModelDefinition,
  MODELS,
  type ModelSpec,
  parseNetworkFile,
  reconstructionScores,
  scoreNames,
} from "../src/models/mod.ts";
import { readUserFile } from "./_read_file.ts";

/** Names of the models that are networks of layers, for the help. */
export const NETWORK_NAMES: readonly string[] = Object.entries(MODELS)
  .filter(([, { type }]) => type.layers).map(([name]) => name);

/** Names of all models that can be trained, for the help. */
export const MODEL_NAMES: string = Object.keys(MODELS).join(", ");

/** The models that are trained where none is named, for the help. */
export const DEFAULT_NOTE =
  `Without --model the first of these is trained that the options and the images allow: ${
    [...new Set(DEFAULT_MODELS.map((choice) => `${defaultName(choice)} where ${choice.when}`))]
      .join("; ")
  }.`;

/** A default model and its score, in words. */
export function defaultName({ model, score }: DefaultModel): string {
  return score === undefined ? model : `${model} (${score})`;
}

/**
 * Names of the scores of a model before it is trained.
 *
 * @param model The model's name. @default {all that any images can train}
 */
export function scoresOffered(model?: string): readonly string[] {
  const named = model === undefined ? Object.values<ModelDefinition>(MODELS) : [findModel(model)];
  return named.flatMap((definition) => {
    if (!definition || definition.requires !== undefined) return [];
    const { build, madeFor, scores } = definition;
    if (scores) return scores.map(({ name }) => name);
    return scoreNames(build({ inputShape: madeFor ?? [32, 32, 1], classes: ["a", "b"] }));
  });
}

/** Meanings of the scores, for the help. */
export const SCORES_NOTE =
  `Scores of a model that reconstructs images, negative_elbo and input_complexity of a variational one alone: ${
    reconstructionScores({ variational: true, loss: "bce" }).map(({ name, summary }) =>
      `${name} (${summary})`
    )
      .join("; ")
  }. A+B combines scores: minus log10 of the harmonic mean of their p-values, high where either score ` +
  "is, with p-values of its own that are as valid. `info MODEL` lists all scores of a model.";

/**
 * Today's name of a score in a flag.
 *
 * @param name The name as given.
 * @param offered Names of the model's scores: these are no names of an earlier version.
 * @param warn Called if it is a name of an earlier version.
 * @returns Today's name; undefined if none is given.
 */
export function readScoreName(
  name: string | undefined,
  offered: readonly string[],
  warn: (message: string) => void,
): string | undefined {
  if (name === undefined) return undefined;
  const current = currentScoreName(name, offered);
  if (current !== name) warn(`the score ${name} is now called ${current}`);
  return current;
}

/**
 * Asserts that a model has error maps, which a flag draws.
 *
 * @param spec The model.
 * @param flag The flag.
 * @throws {StrayError} `usage` If it has none; the hint names the models that do.
 */
export function requireHeatmaps(spec: ModelSpec, flag: string): void {
  if (scoreNames(spec).includes(mapScoreOf(spec))) return;
  const able = Object.entries<ModelDefinition>(MODELS).filter(
    ([, { build, madeFor, requires }]) => {
      if (requires !== undefined) return false;
      const spec = build({ inputShape: madeFor ?? [32, 32, 1], classes: ["a", "b"] });
      return scoreNames(spec).includes(mapScoreOf(spec));
    },
  );
  throw usageError(
    `Cannot use ${flag} as the model must find errors of pixels: "${spec.name}" does not`,
    `train one that does: --model ${able.map(([name]) => name).join(", ")}, or a network file`,
  );
}

/** Description of network files, for the help. */
export const NETWORK_NOTE =
  "A network of your own is a JSON file: lists of layers from the image to a code and back. Layers " +
  "are conv2d, conv2dTranspose, dense, batchNorm, activation, maxPool, lstm, repeat, " +
  "gaussianNoise, dropout, upsample and reshape. Optional settings are name, latent (units of a " +
  "Gaussian latent), loss, beta and output (sigmoid or linear). Start from a built-in one: summary " +
  "--json cae | jq .network > net.json. For images of 8 x 8: " +
  '{"encoder": [{"type": "reshape", "shape": [64]}, ' +
  '{"type": "dense", "units": 8, "activation": "relu"}], ' +
  '"decoder": [{"type": "dense", "units": 64}, {"type": "reshape", "shape": [8, 8, 1]}]}';

/** Whether `--model` is a network file. */
export function isNetworkFile(model: string): boolean {
  return model.toLowerCase().endsWith(".json");
}

/**
 * Reads a network file.
 *
 * @param path Its absolute path.
 * @param name Its path as the user gave it.
 * @returns The architecture.
 * @throws {StrayError} If it cannot be read; `usage` if it is invalid.
 */
export async function readNetworkFile(path: string, name: string): Promise<Architecture> {
  return parseNetworkFile(
    new TextDecoder().decode(await readUserFile(path, name, "network")),
    name,
  );
}
