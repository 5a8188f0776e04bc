/** One trial of the `novelty` benchmark: `train` and `score` as whole processes, and their measures. */

import { auroc, aurocInterval, benjaminiHochberg, confusionAt, Random, rank } from "../../mod.ts";
import { taskCommand } from "../bench/context.ts";
import { runProcess } from "../bench/process.ts";
import type { Candidate } from "./candidate.ts";
import type { Input, Trial } from "./novelty_tasks.ts";

/** Anomalies by p-value. */
const MOST_P = 0.01;
/** Anomalies by false discovery rate. */
const FDR = 0.05;
/** Absorbs the rounding of p, a ratio of whole numbers, as `label` does. */
const ROUNDING = 1e-12;

/** Measures of scores, in [0, 1]. */
export interface Measures {
  /** Area under the ROC curve. */
  readonly auroc: number;
  /** Its 95 % interval over test images, by the bootstrap. */
  readonly aurocInterval: readonly [low: number, high: number];
  /** F1 of the images with p <= 0.01. */
  readonly f1: number;
  /** F1 of the discoveries at a false discovery rate of 0.05 (Benjamini and Hochberg 1995). */
  readonly f1Fdr: number;
}

/** Result of a trial. */
export interface Outcome extends Measures {
  /** Number of test images. */
  readonly images: number;
  /** Number of anomalies among them. */
  readonly anomalies: number;
  /** Time of the process that trains and calibrates, from start to end, s. */
  readonly trainSeconds: number;
  /** Time of the process that scores, from start to end, s. */
  readonly scoreSeconds: number;
}

/** The fields of a score record that are measured. */
interface ScoreRecord {
  readonly score: number;
  readonly p: number;
  readonly label?: string;
}

/**
 * Trains a model and tests it.
 *
 * @param candidate The model.
 * @param trial Images and their truth.
 * @param options Seed of the training, and the backend of both processes.
 * @returns Measures and times.
 * @throws {Error} If a process fails; {StrayError} `label` if the truth does not fit the test images.
 */
export async function runTrial(
  { flags }: Candidate,
  trial: Trial,
  { seed, backend }: { readonly seed: number; readonly backend: string },
): Promise<Outcome> {
  const folder = await Deno.makeTempDir({ prefix: "stray-novelty-" });
  try {
    const model = `${folder}/model.safetensors`, common = ["--quiet", `--backend=${backend}`];
    const trainArgs = [...common, ...flags, ...trial.flags, `--seed=${seed}`, `--out=${model}`];
    const trained = await run(
      "train",
      [...trainArgs, "--data", trial.training.source],
      trial.training,
    );
    const scored = await run("score", [...common, "--model", model, trial.test.source], trial.test);
    const lines = scored.stdout.trimEnd().split("\n");
    const records = lines.map((line): ScoreRecord => JSON.parse(line));
    const truth = trial.truth(records.map(({ label }) => label));
    return {
      ...measure(records, truth),
      images: truth.length,
      anomalies: truth.reduce((sum, each) => sum + each, 0),
      trainSeconds: trained.seconds,
      scoreSeconds: scored.seconds,
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function run(task: "train" | "score", args: readonly string[], { stdin }: Input) {
  return runProcess({ ...taskCommand(task, args), ...(stdin !== undefined && { stdin }) });
}

/**
 * Measures scores against the truth.
 *
 * @param records Scores and p-values.
 * @param truth 1 for an anomaly, 0 for a normal image, one per record.
 * @returns The measures.
 * @throws {StrayError} `label` If there are no anomalies or no normal images.
 */
export function measure(
  records: readonly Pick<ScoreRecord, "score" | "p">[],
  truth: Uint8Array,
): Measures {
  const p = Float64Array.from(records, (record) => record.p),
    strangeness = p.map((value) => -value);
  const f1 = (most: number) => confusionAt(strangeness, truth, -most - ROUNDING).f1;
  const ranking = rank(Float64Array.from(records, ({ score }) => score), truth);
  return {
    auroc: auroc(ranking),
    aurocInterval: aurocInterval(ranking, new Random(1)),
    f1: f1(MOST_P),
    f1Fdr: f1(benjaminiHochberg(p, FDR)),
  };
}
