/** Trains a model on some images and tests it on others. */

import {
  Detector,
  type Entry,
  evaluate,
  Random,
  scoreEntries,
  StrayError,
  trainDetector,
  type TrainOptions,
} from "../../mod.ts";

/** What is trained on, and what is tested on. */
export interface Trial {
  /** Normal images, and those that are held out. */
  readonly training: AsyncIterable<Entry>;
  /** Labels not to be trained on. */
  readonly holdOut?: readonly string[];
  /** Images of both kinds. */
  readonly test: AsyncIterable<Entry>;
  /** Most seconds of the training; the best epoch so far is kept. */
  readonly seconds?: number | undefined;
  /** The false positive rate of the threshold. @default {0.05} */
  readonly fpr?: number;
}

/** How a training went, and the scores of the test images, in order. */
export interface Outcome {
  /** Trained values. */
  readonly parameters: number;
  /** Time of the training, calibration included. */
  readonly seconds: number;
  /** Images that were trained on. */
  readonly images: number;
  /** Passes over them. */
  readonly epochs: number;
  /** Higher is stranger. */
  readonly scores: Float64Array;
  /** The label of each test image. */
  readonly labels: readonly string[];
  /** The score at the false positive rate asked for. */
  readonly threshold: number;
}

/**
 * Trains on the wasm backend with all cores, and scores.
 *
 * @param trial The images.
 * @param options Of the training.
 * @returns The scores.
 * @throws {StrayError} What cannot be trained so.
 */
export async function runTrial(
  trial: Trial,
  options: Omit<TrainOptions, "version" | "signal" | "onStart" | "onEpoch">,
): Promise<Outcome> {
  const began = performance.now();
  const budget = new AbortController();
  let parameters = 0, images = 0, epochs = 0, timer: ReturnType<typeof setTimeout> | undefined;
  const { model } = await trainDetector(trial.training, {
    backend: "wasm",
    ...options,
    ...(trial.holdOut ? { holdOut: trial.holdOut } : {}),
    version: "benchmark",
    signal: budget.signal,
    onStart: (start) => {
      [parameters, images] = [start.parameters, start.images.training];
      if (trial.seconds !== undefined) {
        timer = setTimeout(() => budget.abort(), trial.seconds * 1000);
      }
    },
    onEpoch: () => void epochs++,
  }).finally(() => clearTimeout(timer));
  const seconds = (performance.now() - began) / 1000;
  const detector = await Detector.open(model, { backend: "wasm", fpr: trial.fpr ?? 0.05 });
  const scores: number[] = [], labels: string[] = [];
  try {
    const workers = navigator.hardwareConcurrency;
    for await (const batch of scoreEntries(trial.test, detector, { workers })) {
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
  return {
    parameters,
    seconds,
    images,
    epochs,
    scores: Float64Array.from(scores),
    labels,
    threshold,
  };
}

function hasFailed(entry: object): entry is { readonly error: StrayError } {
  return "error" in entry;
}

/**
 * How well scores tell anomalies from the rest.
 *
 * @param outcome Of a trial.
 * @param isAnomaly Whether test image `index`, of a label, is one; undefined leaves it out.
 * @returns AUROC, and F1 at the trial's threshold.
 */
export function separation(
  { scores, labels, threshold }: Outcome,
  isAnomaly: (label: string, index: number) => boolean | undefined,
): { readonly auroc: number; readonly f1: number } {
  const truth = labels.map((label, index) => isAnomaly(label, index));
  const counted = truth.flatMap((value, index) => value === undefined ? [] : [index]);
  const { auroc, atThreshold } = evaluate(
    Float64Array.from(counted, (index) => scores[index]!),
    Uint8Array.from(counted, (index) => truth[index] ? 1 : 0),
    { random: new Random(1), threshold },
  );
  return { auroc, f1: atThreshold?.f1 ?? 0 };
}
