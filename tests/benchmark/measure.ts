/** Trains one model on each task of the zoo and says how well it finds what does not belong. */

import { readSources, StrayError } from "../../mod.ts";
import { separation, testOn, trainOn } from "./trial.ts";

/** What is trained and tested on. */
export interface Data {
  /** The folder of MNIST's IDX files. */
  readonly mnist: string;
  /** The digits held out in turn. */
  readonly digits: readonly string[];
  /** An npz of x_train and x_test, and the file that says which of x_test are corrupted. */
  readonly corrupted: { readonly images: string; readonly answer: string } | undefined;
  /** Training images of each run. */
  readonly limit: number | undefined;
  /** Passes of each run. */
  readonly epochs: number | undefined;
  /** Most seconds of each training; the best epoch so far is kept. */
  readonly seconds: number | undefined;
  /** The seed of all runs. */
  readonly seed: number;
}

/** How a model did. */
export interface Measured {
  readonly model: string;
  /** Trained values; undefined if nothing could be trained. */
  readonly parameters: number | undefined;
  /** Mean time of a training. */
  readonly seconds: number | undefined;
  /** AUROC of each digit held out, in order; undefined where it failed. */
  readonly digits: readonly (number | undefined)[];
  /** On corrupted digits; F1 with anomalies at p <= 0.01. */
  readonly corrupted: { readonly auroc: number; readonly f1: number } | undefined;
  /** Why something is missing. */
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
 * @param model Its name.
 * @param data What to train and test on.
 * @returns Its figures; what it cannot do is noted.
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
