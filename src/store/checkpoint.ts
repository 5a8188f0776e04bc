/** Checkpoints: the whole state of a training after an epoch, in one safetensors file. */

import * as v from "valibot";
import { cutText, StrayError } from "../errors.ts";
import type { TrainingState } from "../training/mod.ts";
import { isOfNumbers, type NumberTensor, type StoredTensor } from "./safetensors.ts";
import { decodeSealed, encodeSealed } from "./sealed.ts";

const FORMAT = "stray checkpoint 1";
/** Longest part of a message that quotes the file, characters. */
const MAX_SHOWN = 300;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const PROGRESS = v.pipe(
  v.strictObject({
    history: v.array(
      v.strictObject({
        epoch: count,
        loss: v.number(),
        validationLoss: v.number(),
        watchedLoss: v.optional(v.number()),
      }),
    ),
    bestEpoch: count,
    steps: count,
    // Four 32-bit integers, and a spare normal deviate.
    random: v.pipe(v.array(v.pipe(v.number(), v.finite())), v.minLength(4), v.maxLength(5)),
  }),
  v.check(
    ({ history, bestEpoch }) => bestEpoch <= history.length,
    "its best epoch is none of its own",
  ),
);

/** The setting that is the model, as JSON. */
export const MODEL = "--model, --latent, --loss and --beta";

/** The setting that names the calibration method. */
export const CALIBRATE = "--calibrate";

/** The setting of a split: the share of images that it sets aside. */
export const CALIBRATION_SHARE = "the share of the images that calibrates";

/** Settings as checkpoints hold them only where they differ. */
const DEFAULTS: TrainingSettings = { [CALIBRATE]: "split", [CALIBRATION_SHARE]: "0.1" };
/** The value of any other setting that one side lacks. */
const UNSET = "the default";

/** Settings that a checkpoint and the training resumed from it must share: by name, as text. */
export type TrainingSettings = Readonly<Record<string, string>>;

/**
 * Writes a checkpoint.
 *
 * @param settings Settings that the resumed training must share.
 * @param state The training after an epoch.
 * @returns The file's bytes.
 */
export function encodeCheckpoint(
  settings: TrainingSettings,
  state: TrainingState,
): Uint8Array<ArrayBuffer> {
  const tensors = new Map<string, StoredTensor>();
  for (const [name, tensor] of state.weights) tensors.set(`weights/${name}`, tensor);
  for (const [name, tensor] of state.best.weights) tensors.set(`best/${name}`, tensor);
  state.optimiser.moments.forEach((data, i) => {
    tensors.set(`moment/${i}`, { shape: [data.length], data });
  });
  const progress: v.InferOutput<typeof PROGRESS> = {
    history: [...state.history],
    bestEpoch: state.best.epoch,
    steps: state.optimiser.steps,
    random: [...state.random],
  };
  const metadata = {
    format: FORMAT,
    settings: JSON.stringify(settings),
    progress: JSON.stringify(progress),
  };
  return encodeSealed({ tensors, metadata });
}

/**
 * Reads the settings of a checkpoint.
 *
 * @param bytes The file's bytes.
 * @param name The file's name, for errors.
 * @returns The settings.
 * @throws {StrayError} `model` If the file is damaged.
 */
export function checkpointSettings(bytes: Uint8Array, name: string): TrainingSettings {
  return savedSettings(decodeSealed(bytes, name, FORMAT, "checkpoint").metadata, name);
}

function savedSettings(
  metadata: Readonly<Record<string, string>>,
  name: string,
): TrainingSettings {
  return { ...DEFAULTS, ...parse(metadata, "settings", v.record(v.string(), v.string()), name) };
}

/** A part of the metadata that is JSON. */
function parse<T>(
  metadata: Readonly<Record<string, string>>,
  key: "settings" | "progress",
  schema: v.GenericSchema<unknown, T>,
  name: string,
): T {
  try {
    return v.parse(schema, JSON.parse(metadata[key] ?? ""));
  } catch (cause) {
    const reason = cause instanceof SyntaxError
      ? "must be JSON"
      : `is wrong: ${cutText((cause as Error).message, MAX_SHOWN)}`;
    throw new StrayError(
      "model",
      `Cannot read the checkpoint "${name}" as its "${key}" ${reason}`,
      {
        hint: "copy it or train again",
        cause,
      },
    );
  }
}

/** The setting that is the preparation of the images, as JSON. */
export const PREPARATION = "the images' preparation";

/** Fields of settings that are JSON, by the flags that decide them; of several the first is told. */
const FIELDS: Readonly<Record<string, string>> = {
  kind: "--model",
  name: "--model",
  latent: "--latent",
  loss: "--loss",
  beta: "--beta",
  gibbs: "--gibbs",
  output: "the output, which --scale decides,",
  inputShape: "the images' shape",
  classes: "the labels",
  width: "the images' width",
  height: "the images' height",
  channels: "the number of channels",
  fit: "--fit",
  scale: "--scale",
  region: "--mask",
  resizes: "--size",
  converts: "--channels",
};

/** Longest value that a message shows, characters. */
const LONGEST = 60;

/** The words for a setting that differs; undefined if the steps do not depend on the difference. */
function differenceOf(key: string, wanted: string, value: string): string | undefined {
  if (key !== MODEL && key !== PREPARATION) {
    const [before, now] = [wanted, value].map((text) => cutText(text, MAX_SHOWN));
    return `${cutText(key, MAX_SHOWN)} must be ${before}: current value is ${now}`;
  }
  // Earlier versions noted the number of components, on which no step depends.
  const [saved, own] = [wanted, value].map((text): Readonly<Record<string, unknown>> => {
    const { components: _, ...fields } = objectOf(text);
    return fields;
  }) as [Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>];
  const fields = [...new Set([...Object.keys(FIELDS), ...Object.keys(saved), ...Object.keys(own)])];
  const field = fields.find((name) => JSON.stringify(saved[name]) !== JSON.stringify(own[name]));
  if (field === undefined) return undefined;
  const [before, now] = [saved[field], own[field]].map((found) =>
    field === "scale"
      ? scaleText(found)
      : typeof found === "string"
      ? found
      : JSON.stringify(found) ?? UNSET
  ) as [string, string];
  const named = FIELDS[field] ?? `the model's ${cutText(field, LONGEST)}`;
  return Math.max(before.length, now.length) > LONGEST
    ? `${named} must be as in the checkpoint: it differs`
    : `${named} must be ${before}: current value is ${now}`;
}

/** The object that a setting is; an empty one where it is none, so that it differs. */
function objectOf(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

/** A scale as `--scale` gives it. */
function scaleText(scale: unknown): string {
  const { kind, low, high } = Object(scale);
  return kind === "range" ? `${low},${high}` : String(kind);
}

/**
 * Reads a checkpoint.
 *
 * @param bytes The file's bytes.
 * @param name The file's name, for errors.
 * @param settings Settings of the training that resumes.
 * @returns The state to resume from.
 * @throws {StrayError} `model` If the file is damaged; `usage` if a setting differs from the
 * checkpoint's.
 */
export function decodeCheckpoint(
  bytes: Uint8Array,
  name: string,
  settings: TrainingSettings,
): TrainingState {
  const { tensors, metadata } = decodeSealed(bytes, name, FORMAT, "checkpoint");
  const saved = savedSettings(metadata, name), own = { ...DEFAULTS, ...settings };
  for (const key of Object.keys({ ...own, ...saved })) {
    const value = own[key] ?? UNSET, wanted = saved[key] ?? UNSET;
    const difference = value === wanted ? undefined : differenceOf(key, wanted, value);
    if (difference === undefined) continue;
    throw new StrayError("usage", `Cannot resume from "${name}" as ${difference}`, {
      hint: "use the flags and the data of the interrupted training",
    });
  }
  const progress = parse(metadata, "progress", PROGRESS, name);
  const part = (prefix: string) => {
    const numbers = new Map<string, NumberTensor>();
    for (const [key, tensor] of tensors) {
      if (key.startsWith(prefix) && isOfNumbers(tensor)) {
        numbers.set(key.slice(prefix.length), tensor);
      }
    }
    return numbers;
  };
  return {
    epoch: progress.history.length,
    history: progress.history,
    weights: part("weights/"),
    best: { epoch: progress.bestEpoch, weights: part("best/") },
    optimiser: {
      steps: progress.steps,
      moments: [...part("moment/").values()].map(({ data }) => data),
    },
    random: progress.random,
  };
}
