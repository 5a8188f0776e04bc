/** The JSON in a model file's metadata: its types, and the schemas that check it. */

import * as v from "valibot";
import type { ModelInput } from "../images/mod.ts";
import { HYPERPARAMETERS, type Hyperparameters } from "../training/hyperparameters.ts";
import type { EpochRecord } from "../training/mod.ts";

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const real = v.pipe(v.number(), v.finite());

const SIZE = { width: v.pipe(count, v.minValue(1)), height: v.pipe(count, v.minValue(1)) };

/** The preparation of images. */
export const INPUT: v.GenericSchema<unknown, ModelInput> = v.strictObject({
  ...SIZE,
  channels: v.picklist([1, 3]),
  fit: v.picklist(["stretch", "crop", "pad"]),
  scale: v.variant("kind", [
    v.strictObject({ kind: v.literal("depth") }),
    v.strictObject({ kind: v.literal("unit") }),
    v.strictObject({ kind: v.literal("range"), low: real, high: real }),
    v.strictObject({ kind: v.literal("percentile"), low: real, high: real }),
    v.strictObject({ kind: v.literal("none") }),
  ]),
  resizes: v.boolean(),
  converts: v.boolean(),
  region: v.optional(v.strictObject({
    x: count,
    y: count,
    ...SIZE,
    mask: v.optional(v.strictObject({ of: v.strictObject(SIZE), runs: v.array(count) })),
  })),
  reshapes: v.optional(v.boolean()),
  zoom: v.optional(v.pipe(real, v.gtValue(0))),
});

/** The preparation as JSON; `omits` follows from the model's type. */
export function encodeInput(input: ModelInput): string {
  return JSON.stringify({ ...input, omits: undefined });
}

/** The settings and the outcome of a training. */
export interface TrainingSummary {
  /** Maximum number of passes over the images. */
  readonly epochs: number;
  /** Images per step. */
  readonly batch: number;
  /** The learning rate, before its schedule. */
  readonly learningRate: number;
  /** Optimiser, schedule, KL term and augmentation, where they are not the default. */
  readonly hyperparameters?: Hyperparameters | undefined;
  /** Epochs without a lower validation loss before training ends. */
  readonly patience: number;
  /** The seed. */
  readonly seed: number;
  /** The backend's name. */
  readonly backend: string;
  /** Number of threads; files of other numbers differ by rounding. @default {1} */
  readonly threads?: number | undefined;
  /** Numbers of images. */
  readonly images: {
    /** Images that the optimiser saw. */
    readonly training: number;
    /** Images that chose the best epoch. */
    readonly validation: number;
    /** Images of the training whose scores calibrate; with folds all, although they train too. */
    readonly calibration: number;
  };
  /** The epoch whose weights were kept; 0 if none was complete. */
  readonly bestEpoch: number;
  /** Whether training was ended by a signal. */
  readonly interrupted: boolean;
  /** SHA-256 over the images as the model sees them. */
  readonly fingerprint: string;
}

/** The name of `hyperparameters` in the file, which earlier versions read too. */
const STORED_NAME = "recipe";

/** Settings known before a training. */
export const SETTINGS = {
  epochs: count,
  batch: count,
  learningRate: real,
  patience: count,
  seed: count,
};

/** The training, with hyperparameters under their stored name. */
export const TRAINING: v.GenericSchema<unknown, TrainingSummary> = v.pipe(
  v.strictObject({
    ...SETTINGS,
    [STORED_NAME]: v.optional(HYPERPARAMETERS),
    backend: v.string(),
    threads: v.optional(count),
    images: v.strictObject({ training: count, validation: count, calibration: count }),
    bestEpoch: count,
    interrupted: v.boolean(),
    fingerprint: v.string(),
  }),
  // The order of the file, so that a model read and written again is the same bytes.
  v.transform(({ epochs, batch, learningRate, [STORED_NAME]: hyperparameters, ...rest }) => ({
    epochs,
    batch,
    learningRate,
    ...hyperparameters && { hyperparameters },
    ...rest,
  })),
);

/** The training as files and `info --json` hold it: hyperparameters have their stored name. */
export function storedTraining(training: TrainingSummary): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(training).map(([key, value]) => [
      key === "hyperparameters" ? STORED_NAME : key,
      value,
    ]),
  );
}

/** Mean losses, one record per epoch. */
export const HISTORY: v.GenericSchema<unknown, EpochRecord[]> = v.array(
  v.strictObject({
    epoch: count,
    loss: real,
    validationLoss: real,
    watchedLoss: v.optional(real),
  }),
);

/** The outcome of a comparison of known anomalies with normal images. */
export interface AnomalyReport {
  /** Number of anomalies. */
  readonly images: number;
  /** Number of normal images. */
  readonly normal: number;
  /** Which normal images they are: those that calibrate only where all do. */
  readonly among: "validation" | "training" | "calibration";
  /** AUROC of the anomalies, by the names of the scores that were compared. */
  readonly aurocs: Readonly<Record<string, number>>;
  /** The score that was chosen. */
  readonly score: string;
  /** The threshold of the best F1 by it: anomalies score at least this. */
  readonly threshold: number;
  /** The F1 at the threshold. */
  readonly f1: number;
}

/** The comparison with known anomalies. */
export const ANOMALIES: v.GenericSchema<unknown, AnomalyReport> = v.strictObject({
  images: count,
  normal: count,
  among: v.picklist(["validation", "training", "calibration"]),
  aurocs: v.record(v.string(), real),
  score: v.string(),
  threshold: real,
  f1: real,
});

/** How a model was calibrated. */
export interface CalibrationRecord {
  /**
   * `cross` by folds, `loo` by leaving each training image out, `own` on images that did not train.
   * A file does not name a split.
   */
  readonly method: "split" | "cross" | "loo" | "own";
  /** Number of folds. */
  readonly folds?: number | undefined;
  /** Number of images that calibrate the default score. */
  readonly images: number;
  /** SHA-256 over the images, where they did not come with the training. */
  readonly fingerprint?: string | undefined;
}

/** How the model was calibrated. */
export const CALIBRATION_RECORD: v.GenericSchema<unknown, CalibrationRecord> = v.strictObject({
  method: v.picklist(["split", "cross", "loo", "own"]),
  folds: v.optional(count),
  images: count,
  fingerprint: v.optional(v.string()),
});
