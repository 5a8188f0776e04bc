/** Options of a training without effect on the model: refused, before images are read. */

import { StrayError } from "../errors.ts";
import { type ModelDefinition, MODELS, type OwnOption } from "../models/mod.ts";
import { given } from "./_training_plan.ts";
import type { TrainOptions } from "./train_options.ts";

/** The flags of options that only some models take, and the training options behind them. */
const OWN_OPTIONS: Readonly<
  Record<OwnOption, readonly [flag: string, keyof TrainOptions | "reduction"]>
> = {
  latent: ["--latent", "latent"],
  loss: ["--loss", "loss"],
  reduction: ["--reduction", "reduction"],
  beta: ["--beta", "beta"],
  features: ["--features", "features"],
  graph: ["--features FILE.onnx", "graph"],
  keep: ["--keep-images", "keep"],
  neighbours: ["--neighbours", "neighbours"],
  metric: ["--metric", "metric"],
  blur: ["--blur", "blur"],
  latents: ["--latents-of", "latentsOf"],
  lenses: ["--recipe", "lenses"],
  gibbs: ["--gibbs", "gibbs"],
};

/** Number of models that a message lists at most. */
export const LISTED = 6;

/**
 * Refuses options that the model does not take, and settings of learning for a model that does not
 * learn in steps.
 *
 * @throws {StrayError} `usage` The message names the flag.
 */
export function refuseUselessOptions(definition: ModelDefinition, options: TrainOptions): void {
  refuseForeignOptions(definition, options);
  refuseSettingsOfLearning(definition, options);
  requireOption(definition, options);
  if (options.latentsOf) refuseOtherInput(options);
}

/** Refuses options of other models. */
function refuseForeignOptions({ options: own = [] }: ModelDefinition, options: TrainOptions): void {
  const chosen = { ...options, reduction: options.hyperparameters?.reduction };
  for (const [name, [flag, key]] of Object.entries(OWN_OPTIONS)) {
    if (chosen[key] === undefined || own.includes(name as OwnOption)) continue;
    const owners = Object.entries(MODELS)
      .filter(([, model]) => model.options?.includes(name as OwnOption)).map(([owner]) => owner);
    const reason = owners.length <= LISTED
      ? `only --model ${owners.join(", ")} takes it`
      : `${nameOf(options)} takes no such option`;
    const hint = `omit it, or use --model ${owners[0]}`;
    throw new StrayError("usage", `Cannot use ${flag} as ${reason}`, { hint });
  }
}

/** Refuses a model without the option that it needs, and other preparations than lenses have. */
function requireOption({ requires }: ModelDefinition, options: TrainOptions): void {
  if (requires === undefined) return;
  const [flag] = OWN_OPTIONS[requires];
  if (!hasRequired({ requires }, options)) {
    throw new StrayError(
      "usage",
      `Cannot train ${nameOf(options)} as ${flag} must be given, or a folder that simulate wrote`,
      { hint: `add ${flag} NAME, such as ${flag} model-b` },
    );
  }
  const { size, fit, channels, scale, region: mask } = options;
  const [found] = Object.keys(given({ size, fit, channels, scale, mask }));
  if (!found) return;
  throw new StrayError(
    "usage",
    `Cannot use --${found} as ${flag} must determine how images are prepared`,
    { hint: "omit it" },
  );
}

/** Whether the option is given that a model needs. */
export function hasRequired(
  { requires }: Pick<ModelDefinition, "requires">,
  options: TrainOptions,
): boolean {
  return requires === undefined ||
    options[OWN_OPTIONS[requires][1] as keyof TrainOptions] !== undefined;
}

/** Refuses settings of learning for a model that only remembers or solves. */
function refuseSettingsOfLearning(
  { type: { learning } }: ModelDefinition,
  options: TrainOptions,
): void {
  const name = nameOf(options);
  const refuse = (flag: string, reason: string) => {
    throw new StrayError("usage", `Cannot use --${flag} as ${name} ${reason}`, {
      hint: "omit it",
    });
  };
  if (!learning) {
    const [setting] = settingsOfLearning(options);
    if (setting !== undefined) refuse(flagOf(setting), "does not learn in steps");
  }
  if (options.watch !== undefined && learning?.needsLabels) {
    refuse("watch", "must have a loss of every image: its loss is that of a known label");
  }
}

/** The names of the settings that are given of a training in steps. */
export function settingsOfLearning(
  { epochs, patience, batch, learningRate: lr, watch, resume, checkpoints, hyperparameters }:
    TrainOptions,
): string[] {
  const checkpoint = checkpoints || undefined;
  return Object.keys(
    given({ epochs, patience, batch, lr, watch, resume, checkpoint, ...hyperparameters }),
  );
}

/** A flag on which the choice of a model depends, as given. */
interface ModelFlag {
  /** The flag, with its value where that decides. */
  readonly flag: string;
  /** The option alone. */
  readonly only: Omit<TrainOptions, "version">;
}

/** The flags that are given and that only some models take. */
export function flagsOfModels(options: TrainOptions): ModelFlag[] {
  const { seek, score, latentsOf, hyperparameters } = options;
  const own = Object.values(OWN_OPTIONS).flatMap(([flag, key]): ModelFlag[] => {
    if (key === "reduction") {
      const reduction = hyperparameters?.reduction;
      return reduction === undefined ? [] : [{ flag, only: { hyperparameters: { reduction } } }];
    }
    return options[key] === undefined ? [] : [{ flag, only: { [key]: options[key] } }];
  });
  const steps = settingsOfLearning({
    ...options,
    hyperparameters: { ...hyperparameters, reduction: undefined },
  });
  return [
    ...seek === undefined ? [] : [{ flag: `--seek ${seek}`, only: { seek } }],
    ...own,
    ...steps.map((setting) => ({
      flag: `--${flagOf(setting)}`,
      only: { epochs: options.epochs ?? 1 },
    })),
    ...score === undefined ? [] : [{ flag: `--score ${score}`, only: { score, latentsOf } }],
  ];
}

/** Refuses settings of the input where the model of the latents determines it. */
function refuseOtherInput(
  { size, fit, channels, scale, region: mask, blur }: TrainOptions,
): void {
  const [found] = Object.keys(given({ size, fit, channels, scale, mask, blur }));
  if (!found) return;
  throw new StrayError(
    "usage",
    `Cannot use --${found} as the model of --latents-of must determine how images are prepared`,
    { hint: "omit it" },
  );
}

/** The model in words, for messages. */
export function nameOf({ architecture }: TrainOptions): string {
  return typeof architecture === "string" ? `"${architecture}"` : "the network";
}

/** `weightDecay` as `weight-decay`. */
function flagOf(setting: string): string {
  return setting.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
