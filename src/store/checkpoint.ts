/** Checkpoints: the whole state of a training after an epoch, in one safetensors file. */

import * as v from "valibot";
import { StrayError } from "../errors.ts";
import type { TrainingState } from "../training/mod.ts";
import type { StoredTensor } from "./safetensors.ts";
import { decodeSealed, encodeSealed } from "./sealed.ts";

const FORMAT = "stray checkpoint 1";

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const PROGRESS = v.strictObject({
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
  random: v.array(v.number()),
});

/** The setting that is the model, as JSON. */
export const MODEL = "--model, --latent, --loss and --beta";

/** The setting that names the calibration method. */
export const CALIBRATE = "--calibrate";

/** Settings as checkpoints hold them only where they differ. */
const DEFAULTS: TrainingSettings = { [CALIBRATE]: "split" };
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
  return savedSettings(decodeSealed(bytes, name, FORMAT).metadata);
}

function savedSettings(metadata: Readonly<Record<string, string>>): TrainingSettings {
  const saved = v.parse(v.record(v.string(), v.string()), JSON.parse(metadata["settings"] ?? ""));
  return { ...DEFAULTS, ...saved };
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
  const { tensors, metadata } = decodeSealed(bytes, name, FORMAT);
  const saved = savedSettings(metadata), own = { ...DEFAULTS, ...settings };
  for (const key of Object.keys({ ...own, ...saved })) {
    const value = own[key] ?? UNSET, wanted = saved[key] ?? UNSET;
    if (value === wanted) continue;
    throw new StrayError(
      "usage",
      `Cannot resume from "${name}" as ${key} must be ${wanted}: current value is ${value}`,
      { hint: "use the flags and the data of the interrupted training" },
    );
  }
  const progress = v.parse(PROGRESS, JSON.parse(metadata["progress"] ?? ""));
  const part = (prefix: string) =>
    new Map(
      [...tensors].filter(([key]) => key.startsWith(prefix))
        .map(([key, tensor]) => [key.slice(prefix.length), tensor]),
    );
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
