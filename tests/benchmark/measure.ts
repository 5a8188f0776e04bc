/** Trains one model on each task of the zoo and measures how well it finds anomalies. */

import { readSources, StrayError } from "../../mod.ts";
import { separation, testOn, trainOn } from "./trial.ts";

/** Training and test data. */
export interface Data {
  /** The folder of MNIST's IDX files. */
  readonly mnist: string;
  /** Digits held out in turn. */
  readonly digits: readonly string[];
  /** An npz of x_train and x_test, and a label file of the corrupted images in x_test. */
  readonly corrupted: { readonly images: string; readonly answer: string } | undefined;
  /** Training images per run. */
  readonly limit: number | undefined;
  /** Epochs per run. */
  readonly epochs: number | undefined;
  /** Maximum time per training in seconds; the best epoch so far is kept. */
  readonly seconds: number | undefined;
  /** The seed of all runs. */
  readonly seed: number;
}

/** Results of a model. */
export interface Measured {
  readonly model: string;
  /** Trained values; undefined if no training succeeded. */
  readonly parameters: number | undefined;
  /** Mean time per training. */
  readonly seconds: number | undefined;
  /** AUROC per held-out digit, in order; undefined where it failed. */
  readonly digits: readonly (number | undefined)[];
  /** On corrupted digits; F1 with anomalies at p <= 0.01. */
  readonly corrupted: { readonly auroc: number; readonly f1: number } | undefined;
  /** Reasons for missing results. */
  readonly note: string | undefined;
}

/** The false positive rate of the label file. */
const FPR = 0.01;

interface Task {
  readonly training: string;
  readonly holdOut?: readonly string[];
  readonly test: string;
  /** Whether test image `index`, of a label, is an anomaly. */
  readonly isAnomaly: (label: string, index: number) => boolean;
}

/** Trains and tests. */
async function run(model: string, task: Task, { limit, epochs, seconds, seed }: Data) {
  const images = readSources([task.training], limit === undefined ? {} : { limit });
  const lesson = { images, holdOut: task.holdOut, seconds };
  const trained = await trainOn(lesson, { architecture: model, epochs, seed });
  const tested = await testOn(trained.model, readSources([task.test]), { fpr: FPR });
  const { parameters, seconds: taken } = trained;
  return { parameters, seconds: taken, ...separation(tested, task.isAnomaly) };
}

/**
 * Measures a model.
 *
 * @param model Name of the model.
 * @param data Training and test data.
 * @returns Its results, with reasons for missing ones.
 */
export async function measure(model: string, data: Data): Promise<Measured> {
  const digits: (number | undefined)[] = [], times: number[] = [], notes: string[] = [];
  let parameters: number | undefined;
  const attempt = async (task: Task) => {
    try {
      const result = await run(model, task, data);
      parameters = result.parameters;
      times.push(result.seconds);
      return result;
    } catch (error) {
      if (!(error instanceof StrayError)) throw error;
      if (!notes.includes(error.message)) notes.push(error.message);
      return undefined;
    }
  };
  for (const digit of data.digits) {
    const result = await attempt({
      training: `${data.mnist}/train-images-idx3-ubyte.gz`,
      holdOut: [digit],
      test: `${data.mnist}/t10k-images-idx3-ubyte.gz`,
      isAnomaly: (label) => label === digit,
    });
    digits.push(result?.auroc);
  }
  let corrupted: Measured["corrupted"];
  if (data.corrupted) {
    const answer = (await Deno.readTextFile(data.corrupted.answer)).trim();
    const result = await attempt({
      training: `${data.corrupted.images}#x_train`,
      test: `${data.corrupted.images}#x_test`,
      isAnomaly: (_, index) => answer[index] === "1",
    });
    corrupted = result && { auroc: result.auroc, f1: result.f1 };
  }
  const seconds = times.length > 0 ? times.reduce((a, b) => a + b) / times.length : undefined;
  const note = notes.length > 0 ? notes.join("; ") : undefined;
  return { model, parameters, seconds, digits, corrupted, note };
}
