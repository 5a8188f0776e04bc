/** Trains a model on some images and tests it on others. */

import {
  Detector,
  type Entry,
  evaluate,
  type ModelFile,
  Random,
  scoreEntries,
  StrayError,
  trainDetector,
  type TrainOptions,
} from "../../mod.ts";
import { findModel } from "../../src/models/mod.ts";

/** Input of a training besides its options. */
export interface Lesson {
  /** Training images, and held-out ones. */
  readonly images: AsyncIterable<Entry>;
  /** Labels that are held out. */
  readonly holdOut?: readonly string[] | undefined;
  /** Maximum time in seconds; the best epoch so far is kept. */
  readonly seconds?: number | undefined;
}

/** Result of a training. */
export interface Trained {
  /** The model. */
  readonly model: ModelFile;
  /** Trained values. */
  readonly parameters: number;
  /** Time of the training, calibration included. */
  readonly seconds: number;
  /** Number of training images. */
  readonly images: number;
  /** Number of epochs. */
  readonly epochs: number;
}

/**
 * Trains on the wasm backend with all cores.
 *
 * @param lesson The images.
 * @param options Options of the training.
 * @returns The model.
 * @throws {StrayError} If the model cannot be trained on the images.
 */
export async function trainOn(
  { images, holdOut, seconds: most }: Lesson,
  options: Pick<
    TrainOptions,
    "architecture" | "epochs" | "batch" | "patience" | "seed" | "learningRate" | "hyperparameters"
  >,
): Promise<Trained> {
  const began = performance.now();
  const budget = new AbortController();
  const { architecture, seed, ...steps } = options;
  const learns = typeof architecture !== "string" || findModel(architecture)?.type.learning;
  let parameters = 0, count = 0, epochs = 0, timer: ReturnType<typeof setTimeout> | undefined;
  const { model } = await trainDetector(images, {
    architecture,
    seed,
    ...learns && steps, // refused by models that learn in no steps
    holdOut,
    backend: "wasm",
    version: "benchmark",
    signal: budget.signal,
    onStart: (start) => {
      [parameters, count] = [start.parameters, start.images.training];
      if (most !== undefined) timer = setTimeout(() => budget.abort(), most * 1000);
    },
    onEpoch: () => void epochs++,
  }).finally(() => clearTimeout(timer));
  const seconds = (performance.now() - began) / 1000;
  return { model, parameters, seconds, images: count, epochs };
}

/** Scores of images, in order. */
export interface Tested {
  /** Higher is more anomalous. */
  readonly scores: Float64Array;
  /** Labels of the images. */
  readonly labels: readonly string[];
  /** The score at the given false positive rate. */
  readonly threshold: number;
}

/**
 * Scores images of both kinds.
 *
 * @param model A trained model.
 * @param images The images.
 * @param options The false positive rate of the threshold, and a score other than the model's own.
 * @returns The scores.
 */
export async function testOn(
  model: ModelFile,
  images: AsyncIterable<Entry>,
  { fpr = 0.05, score }: { readonly fpr?: number; readonly score?: string | undefined } = {},
): Promise<Tested> {
  const detector = await Detector.open(model, { backend: "wasm", fpr, score });
  const scores: number[] = [], labels: string[] = [];
  try {
    const workers = navigator.hardwareConcurrency;
    for await (const batch of scoreEntries(images, detector, { workers })) {
      for (const entry of batch) {
        if (hasFailed(entry)) throw entry.error;
        scores.push(entry.verdict.score);
        labels.push(entry.label ?? "");
      }
    }
  } finally {
    detector.dispose();
  }
  const threshold = detector.threshold ?? Infinity;
  return { scores: Float64Array.from(scores), labels, threshold };
}

function hasFailed(entry: object): entry is { readonly error: StrayError } {
  return "error" in entry;
}

/**
 * Measures how well scores separate anomalies from the rest.
 *
 * @param tested The scores.
 * @param isAnomaly Whether test image `index`, of a label, is one; undefined excludes it.
 * @returns AUROC with its 95 % interval, and F1 at the threshold.
 */
export function separation(
  { scores, labels, threshold }: Tested,
  isAnomaly: (label: string, index: number) => boolean | undefined,
): {
  readonly auroc: number;
  readonly interval: readonly [low: number, high: number];
  readonly f1: number;
} {
  const truth = labels.map((label, index) => isAnomaly(label, index));
  const counted = truth.flatMap((value, index) => value === undefined ? [] : [index]);
  const { auroc, aurocInterval, atThreshold } = evaluate(
    Float64Array.from(counted, (index) => scores[index]!),
    Uint8Array.from(counted, (index) => truth[index] ? 1 : 0),
    { random: new Random(1), threshold },
  );
  return { auroc, interval: aurocInterval, f1: atThreshold?.f1 ?? 0 };
}
