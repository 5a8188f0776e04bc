/** The models that can be trained, by name; a new model is one line here. */

import * as v from "valibot";
import { StrayError } from "../errors.ts";
import { didYouMean } from "../suggest.ts";
import { AAE } from "./aae/definition.ts";
import { CAE, CAE_TRANSPOSED } from "./autoencoder/architectures/cae.ts";
import { CONV_POOL } from "./autoencoder/architectures/conv_pool.ts";
import {
  DENOISING,
  DENSE,
  DROPOUT,
  LINEAR,
  SMALL,
  STACKED,
} from "./autoencoder/architectures/dense.ts";
import { DCAE, LENS_VAE } from "./autoencoder/architectures/lens.ts";
import { RECURRENT } from "./autoencoder/architectures/recurrent.ts";
import { MLP_VAE, VAE } from "./autoencoder/architectures/vae.ts";
import { CVAE, CVAE_DENSE } from "./cvae/definition.ts";
import { DAMAGE } from "./damage/definition.ts";
import { KNN } from "./knn/definition.ts";
import { LENS_FIT } from "./lens_fit/definition.ts";
import type { ModelDefaults, ModelDefinition, ModelType, ScoreDescription } from "./model_type.ts";
import { OPEN_SET } from "./open_set/definition.ts";
import { PATCHCORE } from "./patchcore/definition.ts";
import { PCA } from "./pca/definition.ts";
import { RBM } from "./rbm/definition.ts";
import { RESNET } from "./resnet/definition.ts";
import { chooseScore, currentScoreName, MAX_ERROR, splitScore } from "./scores.ts";
import type { ModelSpec } from "./spec.ts";

const DEFINITIONS = {
  vae: VAE,
  dense: DENSE,
  cae: CAE,
  "cae-transposed": CAE_TRANSPOSED,
  "conv-pool": CONV_POOL,
  dcae: DCAE,
  "lens-vae": LENS_VAE,
  "mlp-vae": MLP_VAE,
  linear: LINEAR,
  small: SMALL,
  stacked: STACKED,
  denoising: DENOISING,
  dropout: DROPOUT,
  recurrent: RECURRENT,
  knn: KNN,
  pca: PCA,
  cvae: CVAE,
  "cvae-dense": CVAE_DENSE,
  aae: AAE,
  rbm: RBM,
  damage: DAMAGE,
  "open-set": OPEN_SET,
  patchcore: PATCHCORE,
  "lens-fit": LENS_FIT,
  resnet: RESNET,
};

/** All models, by the name that `train --model` takes. */
export const MODELS: Readonly<Record<keyof typeof DEFINITIONS, ModelDefinition>> = DEFINITIONS;

/** The types of the models, by kind. */
const TYPES: ReadonlyMap<string, ModelType> = new Map(
  Object.values<ModelDefinition>(MODELS).map(({ type }) => [type.kind, type]),
);

/**
 * Finds a model by name.
 *
 * @param name The name.
 * @returns The definition; undefined if there is none.
 */
export function findModel(name: string): ModelDefinition | undefined {
  return Object.hasOwn(MODELS, name) ? MODELS[name as keyof typeof MODELS] : undefined;
}

/**
 * Finds a model by name.
 *
 * @param name The name.
 * @returns The definition.
 * @throws {StrayError} `usage` If there is none; the hint suggests a similar name.
 */
export function requireModel(name: string): ModelDefinition {
  const found = findModel(name);
  if (found) return found;
  const names = Object.keys(MODELS);
  throw new StrayError(
    "usage",
    `Cannot train "${name}" as the model must be one of ${names.join(", ")}`,
    { hint: didYouMean(name, names) },
  );
}

/**
 * The type of a model.
 *
 * @param spec The model as data.
 * @throws {TypeError} If there is no such type.
 */
export function modelTypeOf({ kind }: ModelSpec): ModelType {
  const type = TYPES.get(kind);
  if (!type) throw new TypeError(`Cannot open a model of kind "${kind}" as there is no such kind`);
  return type;
}

/** Labels that a model is conditioned on or predicts, in the order of its class indices. */
export function classesOf(spec: ModelSpec): readonly string[] {
  return modelTypeOf(spec).classes?.(spec) ?? [];
}

/** The name of the score that calibrates a model's error maps, if it has such a score. */
export function mapScoreOf(spec: ModelSpec): string {
  return modelTypeOf(spec).mapScore ?? MAX_ERROR;
}

/** The names of the scores of a model. */
export function scoreNames(spec: ModelSpec): string[] {
  return modelTypeOf(spec).scores(spec).map(({ name }) => name);
}

/**
 * The score of a model where the user chooses none: of several combined, those that the model has.
 *
 * @param spec The model.
 * @param defaults The defaults of its definition.
 * @returns The name.
 */
export function defaultScore(spec: ModelSpec, defaults: Pick<ModelDefaults, "score">): string {
  const names = scoreNames(spec);
  const { score = names[0]! } = defaults;
  return score.split("+").filter((part) => names.includes(part)).join("+") || score;
}

/**
 * The scores of a model that make up a score.
 *
 * @param name A score of the model, or several joined by `+`; perhaps names of an earlier version; `loss` is
 * the score nearest to the loss as trained.
 * @param spec The model, or its name and scores.
 * @returns The names that the model gives them, one or several.
 * @throws {StrayError} `usage` If the model lacks one, or one is named twice.
 */
export function scoreParts(name: string, spec: ScoredModel): readonly string[] {
  const names = "scores" in spec ? spec.scores.map(({ name }) => name) : scoreNames(spec);
  const whole = chooseScore(name, names);
  if (whole !== undefined) return [whole];
  const parts = splitScore(name).map((part) => {
    const found = chooseScore(part, names);
    if (found !== undefined) return found;
    throw new StrayError(
      "usage",
      `Cannot score by "${currentScoreName(part)}" as "${spec.name}" must have that score: it has ${
        names.join(", ")
      }`,
    );
  });
  if (new Set(parts).size === parts.length) return parts;
  throw new StrayError("usage", `Cannot score by "${name}" as its scores must differ`);
}

/** A model, or its name and scores. */
type ScoredModel =
  | ModelSpec
  | { readonly name: string; readonly scores: readonly ScoreDescription[] };

/**
 * Asserts that a model has a score, or several joined by `+`.
 *
 * @param name As {@linkcode scoreParts} takes it.
 * @param spec The model, or its name and scores.
 * @returns The name that the model gives it.
 * @throws {StrayError} `usage` If it has not.
 */
export function requireScore(name: string, spec: ScoredModel): string {
  return scoreParts(name, spec).join("+");
}

/** The kind of a spec that names none, as those of autoencoders in model files. */
const UNNAMED_KIND = "autoencoder";

/** Checks plain JSON as the spec of any model; whether shapes fit shows when the model is built. */
export const MODEL_SPEC: v.GenericSchema<unknown, ModelSpec> = v.lazy((value) => {
  const { kind = UNNAMED_KIND } = Object(value);
  return TYPES.get(kind)?.schema(MODEL_SPEC) ?? UNKNOWN_KIND;
});

/** Refuses a spec of a kind that there is not. */
const UNKNOWN_KIND = v.custom<ModelSpec>(
  () => false,
  () => `the kind must be one of ${[...TYPES.keys()].join(", ")}`,
);

/**
 * A spec as text, for a model file.
 *
 * @param spec The model as data.
 * @returns JSON that {@linkcode MODEL_SPEC} reads; earlier versions read it too.
 */
export function encodeSpec(spec: ModelSpec): string {
  return JSON.stringify(spec, function (key, value) {
    return key === "kind" && value === UNNAMED_KIND ? undefined : value;
  });
}
