/** The model of a training: the one that the user names, or the first default that fits. */

import { StrayError } from "../errors.ts";
import {
  AUTOENCODER,
  DEFAULT_MODELS,
  type DefaultModel,
  findModel,
  type ModelDefinition,
  type ModelOptions,
  requireModel,
  requireScore,
  type Sought,
} from "../models/mod.ts";
import { checkScore, latentsIn } from "./_check_score.ts";
import { refuseUselessOptions, settingsOfLearning } from "./_refuse_options.ts";
import { checkpointSettings, MODEL } from "../store/mod.ts";
import type { TrainOptions } from "./train_options.ts";

/** A model that may be trained, as far as is known before images are read. */
export interface Candidate {
  /** The model, with the score that is its default here. */
  readonly definition: ModelDefinition;
  /** The choice, where the user named no model. */
  readonly chosen?: DefaultModel | undefined;
}

/**
 * Finds the models that take the options.
 *
 * @param options The options.
 * @returns One or more, in order of preference.
 * @throws {StrayError} `usage` If the model that the user names does not take them, or none does.
 */
export function candidatesFor(options: TrainOptions): readonly Candidate[] {
  const { seek } = options, architecture = options.architecture ?? resumed(options);
  if (architecture !== undefined && typeof architecture !== "string") {
    if (seek !== undefined) refuseSeek("the network", seek);
    return [checked({ definition: { ...architecture, type: AUTOENCODER } }, options)];
  }
  if (architecture !== undefined) {
    const definition = requireModel(architecture);
    const named = { ...options, architecture };
    if (seek === undefined) return [checked({ definition }, named)];
    const sought = DEFAULT_MODELS.find((row) => row.model === architecture && row.seek === seek);
    if (sought === undefined) refuseSeek(`"${architecture}"`, seek);
    return [
      checked(
        { definition: withScore(definition, sought.score) },
        { ...named, score: named.score ?? sought.score },
      ),
    ];
  }
  // Not every model that finds what is new finds damage.
  const rows = DEFAULT_MODELS.filter((row) =>
    row.seek === seek || row.seek === undefined && seek !== "damage"
  );
  const steps = settingsOfLearning(options).length > 0;
  const refused: unknown[] = [];
  const allowed = (plain: boolean) =>
    rows.filter((row) => plain || !(row.plain && steps)).flatMap((chosen) => {
      const definition = withScore(requireModel(chosen.model), chosen.score);
      try {
        return [checked({ definition, chosen }, { ...options, architecture: chosen.model })];
      } catch (error) {
        refused.push(error);
        return [];
      }
    });
  const usual = allowed(false), found = usual.length > 0 ? usual : allowed(true);
  if (found.length === 0) throw seek === undefined ? refused.at(-1) : refused[0];
  return found;
}

/**
 * The first of some models that can be built for images; if none can, the first, whose `build` says why.
 *
 * @param candidates The models, in order of preference.
 * @param known The images and the options.
 * @returns The model.
 */
export function chooseModel(candidates: readonly Candidate[], known: ModelOptions): Candidate {
  return candidates.find(({ definition }) => fits(definition, known)) ?? candidates[0]!;
}

function fits({ build, defaults }: ModelDefinition, known: ModelOptions): boolean {
  try {
    const spec = build(known);
    if (defaults.score !== undefined) requireScore(defaults.score, spec);
    return true;
  } catch (error) {
    if (error instanceof StrayError) return false;
    throw error;
  }
}

/** The name of the model of a checkpoint; undefined for a network of the user's. */
function resumed({ resume }: TrainOptions): string | undefined {
  const spec = resume && checkpointSettings(resume.bytes, resume.name)[MODEL];
  const { name } = spec === undefined ? {} : JSON.parse(spec);
  return findModel(String(name)) && name;
}

/** A candidate that takes the options. */
function checked(candidate: Candidate, options: TrainOptions): Candidate {
  const { definition } = candidate, { latentsOf } = options;
  refuseUselessOptions(definition, options);
  // Refuses a model that has no latents to compare.
  if (latentsOf) {
    const latents = latentsIn(latentsOf), { inputShape } = latentsOf.spec;
    definition.build({ ...options, latents, loss: undefined, inputShape });
  }
  checkScore(definition, options);
  return candidate;
}

function withScore(definition: ModelDefinition, score: string | undefined): ModelDefinition {
  if (score === undefined) return definition;
  return { ...definition, defaults: { ...definition.defaults, score } };
}

function refuseSeek(model: string, sought: Sought): never {
  const able = DEFAULT_MODELS.filter(({ seek }) => seek === sought).map(({ model }) => model);
  throw new StrayError(
    "usage",
    `Cannot use --seek ${sought} as ${model} must be one of ${able.join(", ")}`,
    { hint: "omit --model, or --seek" },
  );
}
