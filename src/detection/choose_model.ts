/** The model of a training: the one that the user names, or the first default that fits. */

import { StrayError } from "../errors.ts";
import {
  AUTOENCODER,
  DEFAULT_MODELS,
  type DefaultModel,
  findModel,
  type ModelDefinition,
  type ModelOptions,
  MODELS,
  requireModel,
  requireScore,
  type Sought,
  splitScore,
} from "../models/mod.ts";
import { checkScore, latentsIn } from "./_check_score.ts";
import {
  flagsOfModels,
  hasRequired,
  LISTED,
  refuseUselessOptions,
  settingsOfLearning,
} from "./_refuse_options.ts";
import { checkHyperparameters } from "../training/mod.ts";
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
  if (options.score !== undefined) splitScore(options.score);
  checkHyperparameters(options.hyperparameters ?? {});
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
    (row.seek === seek || row.seek === undefined && seek !== "damage") &&
    hasRequired(requireModel(row.model), options)
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
  return found.length > 0 ? found : refuseAll(rows, refused, options);
}

/** Refuses options that no default model takes: names them, and the models that take them. */
function refuseAll(
  rows: readonly DefaultModel[],
  refused: readonly unknown[],
  options: TrainOptions,
): never {
  // A file that cannot be used is no matter of the model.
  const other = refused.find((error) => !(error instanceof StrayError && error.code === "usage"));
  if (other !== undefined) throw other;
  const { score } = options, flags = flagsOfModels(options);
  if (flags.length === 0) throw refused[0];
  const scored = score === undefined
    ? []
    : [{ score }, { score, features: "pixels" } as const].flatMap((only) =>
      takersOf(only, options)
    );
  if (score !== undefined && scored.length === 0) {
    throw new StrayError(
      "usage",
      `Cannot use --score as a model must have that score: none has "${score}"`,
      { hint: "train --help describes scores; info lists those of a model" },
    );
  }
  const names = flags.map(({ flag }) => flag);
  const able = takersOf(options, options), all = names.length > 1 ? "all of them" : "it";
  if (able.length > 0) {
    const defaults = [...new Set(rows.map(({ model }) => model))].join(", ");
    throw new StrayError(
      "usage",
      `Cannot use ${listOf(names, "and")} without --model as the model must take ${all}: ` +
        `${defaults} do not`,
      { hint: `add --model ${listOf(able, "or")}` },
    );
  }
  const alone = flags.map(({ only }) => takersOf(only, options));
  const [common] = alone[0]!.filter((model) => alone.every((models) => models.includes(model)));
  // Such a model says why it does not take them together.
  if (common !== undefined) candidatesFor({ ...options, architecture: common });
  const owners = names.map((flag, i) =>
    `${flag} by ${alone[i]!.length === 0 ? "no model" : listOf(alone[i]!, "and")}`
  );
  throw new StrayError(
    "usage",
    `Cannot use ${listOf(names, "and")} as a model must take ${all}: none does`,
    { hint: names.length > 1 ? `taken are ${owners.join("; ")}` : "omit it" },
  );
}

/** The models that take some options, as far as is known before images are read. */
function takersOf(
  options: Omit<TrainOptions, "version">,
  { version }: Pick<TrainOptions, "version">,
): string[] {
  return Object.keys(MODELS).filter((architecture) =>
    isTaken({ ...options, version, architecture })
  );
}

/** Whether the model of some options takes them, as far as is known before images are read. */
function isTaken(options: TrainOptions): boolean {
  try {
    return candidatesFor(options).length > 0;
  } catch (error) {
    if (error instanceof StrayError) return false;
    throw error;
  }
}

/** The candidates without those for photographs, where images are none. */
export function candidatesAmong(
  candidates: readonly Candidate[],
  photographs: boolean,
): readonly Candidate[] {
  const able = candidates.filter(({ chosen }) => photographs || !chosen?.photographs);
  return able.length > 0 ? able : candidates;
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

/** Words as a list, at most some of them. */
function listOf(words: readonly string[], last: "and" | "or"): string {
  if (words.length > LISTED) return `${words.slice(0, LISTED).join(", ")}, …`;
  return [words.slice(0, -1).join(", "), words.at(-1)].filter((part) => part !== "")
    .join(` ${last} `);
}

function refuseSeek(model: string, sought: Sought): never {
  const able = DEFAULT_MODELS.filter(({ seek }) => seek === sought).map(({ model }) => model);
  throw new StrayError(
    "usage",
    `Cannot use --seek ${sought} as ${model} must be one of ${able.join(", ")}`,
    { hint: "omit --model, or --seek" },
  );
}
