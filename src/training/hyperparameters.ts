/** Settings of a training that differ from plain Adam on unchanged images. */

import * as v from "valibot";
import { OPTIMIZER_NAMES } from "../compute/names.ts";
import { StrayError } from "../errors.ts";
import { writeNamedNumbers } from "../named_numbers.ts";
import { parseAugmentations } from "./augmentations.ts";
import { followsLength, parseSchedule } from "./schedule.ts";

/** Settings of a training, stored in the model file; absent ones have their defaults. */
export interface Hyperparameters {
  /** Optimiser. @default {"adam"} */
  readonly optimizer?: "adam" | "adamw" | "sgd" | "rmsprop" | undefined;
  /** Momentum of `sgd` and `rmsprop`, in [0, 1). @default {0.9 for sgd, else 0} */
  readonly momentum?: number | undefined;
  /** Weight decay, decoupled in `adamw`, else an L2 penalty. @default {0.01 for adamw, else 0} */
  readonly weightDecay?: number | undefined;
  /** Greatest norm of a step's gradient. @default {Infinity} */
  readonly clip?: number | undefined;
  /** Schedule of the learning rate, such as `cosine` or `plateau:0.5,2`. @default {"constant"} */
  readonly schedule?: string | undefined;
  /** Epochs over which the weight of the KL divergence rises from 0. @default {0} */
  readonly klWarmup?: number | undefined;
  /** Nats per latent unit without cost. @default {0} */
  readonly freeBits?: number | undefined;
  /** Augmentations of training images, such as `flip-x` or `rotate:15`, in any order. @default {[]} */
  readonly augment?: readonly string[] | undefined;
  /**
   * Whether the loss of an image, KL divergence included, is the sum over its samples or that sum
   * divided by their number, as a mean. @default {"sum"}
   */
  readonly reduction?: "sum" | "mean" | undefined;
}

const natural = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));

/** Schema of {@linkcode Hyperparameters} in JSON. */
export const HYPERPARAMETERS: v.GenericSchema<unknown, Hyperparameters> = v.strictObject({
  optimizer: v.optional(v.picklist(OPTIMIZER_NAMES)),
  momentum: v.optional(v.pipe(v.number(), v.minValue(0), v.ltValue(1))),
  weightDecay: v.optional(v.pipe(v.number(), v.finite(), v.minValue(0))),
  clip: v.optional(positive),
  schedule: v.optional(v.string()),
  klWarmup: v.optional(natural),
  freeBits: v.optional(positive),
  augment: v.optional(v.pipe(v.array(v.string()), v.minLength(1))),
  reduction: v.optional(v.picklist(["sum", "mean"])),
});

/**
 * Checks hyperparameters and completes them with the numbers that were left open.
 *
 * @param hyperparameters Settings as given.
 * @param variational Whether the loss has a KL divergence.
 * @returns Settings that differ from the defaults; undefined if none does.
 * @throws {StrayError} `usage` If a setting is wrong or has no effect.
 */
export function completeHyperparameters(
  hyperparameters: Hyperparameters,
  variational: boolean,
): Hyperparameters | undefined {
  const { optimizer = "adam", clip, klWarmup, freeBits } = hyperparameters;
  const hasMomentum = optimizer === "sgd" || optimizer === "rmsprop";
  if (hyperparameters.momentum !== undefined && !hasMomentum) {
    throw withoutEffect(
      "--momentum",
      `--optimizer is ${optimizer}`,
      "add --optimizer sgd or rmsprop",
    );
  }
  if (!variational) {
    const flag = klWarmup ? "--kl-warmup" : freeBits ? "--free-bits" : undefined;
    const hint = "use it with a variational autoencoder, such as --model vae";
    if (flag) throw withoutEffect(flag, "the loss has no KL divergence", hint);
  }
  const momentum = hyperparameters.momentum ?? (optimizer === "sgd" ? 0.9 : 0);
  const weightDecay = hyperparameters.weightDecay ?? (optimizer === "adamw" ? 0.01 : 0);
  const schedule = parse("--schedule", hyperparameters.schedule ?? "constant", parseSchedule);
  const texts = hyperparameters.augment ?? [];
  const augment = parse("--augment", texts.join(), () => parseAugmentations(texts));
  const complete: Hyperparameters = {
    ...optimizer !== "adam" && { optimizer },
    ...momentum > 0 && { momentum },
    ...weightDecay > 0 && { weightDecay },
    ...clip !== undefined && { clip },
    ...schedule.name !== "constant" && { schedule: writeNamedNumbers(schedule) },
    ...klWarmup && { klWarmup },
    ...freeBits && { freeBits },
    ...augment.length > 0 && { augment: augment.map(writeNamedNumbers) },
    ...hyperparameters.reduction === "mean" && { reduction: "mean" },
  };
  if (Object.keys(complete).length === 0) return undefined;
  return v.parse(HYPERPARAMETERS, complete);
}

/**
 * Settings that a training must share with the checkpoint that it resumes.
 *
 * @param hyperparameters Complete hyperparameters.
 * @param epochs Epochs of the training, compared if the schedule depends on its length.
 * @returns Values as text, by flag.
 */
export function hyperparameterSettings(
  hyperparameters: Hyperparameters = {},
  epochs: number,
): Record<string, string> {
  const flag = (name: string) => `--${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;
  const settings = Object.entries(hyperparameters)
    .map(([name, value]) => [flag(name), String(value)]);
  const { schedule } = hyperparameters;
  const long = schedule !== undefined && followsLength(parseSchedule(schedule));
  return Object.fromEntries([...settings, ...long ? [["--epochs", String(epochs)]] : []]);
}

/**
 * Asserts that the schedule and the augmentations can be parsed, before images are read.
 *
 * @param hyperparameters Settings as given.
 * @throws {StrayError} `usage` If one cannot.
 */
export function checkHyperparameters({ schedule, augment = [] }: Hyperparameters): void {
  if (schedule !== undefined) parse("--schedule", schedule, parseSchedule);
  parse("--augment", augment.join(), () => parseAugmentations(augment));
}

/** Examples of values, for hints. */
const EXAMPLES = {
  "--schedule": "--schedule plateau:0.5,2",
  "--augment": "--augment rotate:15,shift:2",
} as const;

function parse<T>(flag: keyof typeof EXAMPLES, text: string, reader: (text: string) => T): T {
  try {
    return reader(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const message = `Cannot use ${flag} as it ${error.message}: current value is "${text}"`;
    const hint = `for instance ${EXAMPLES[flag]}`;
    throw new StrayError("usage", message, { hint, cause: error });
  }
}

function withoutEffect(flag: string, reason: string, hint: string): StrayError {
  const message = `Cannot use ${flag} as it must have an effect: ${reason}`;
  return new StrayError("usage", message, { hint });
}
