/** Progress and result of a training, on stderr. */

import { programName, Rate, type Reporter } from "../src/cli/mod.ts";
import type { FailedSample } from "../src/datasets/mod.ts";
import type {
  TrainingResult,
  TrainingStart,
  UnseenLabelsComparison,
} from "../src/detection/mod.ts";
import type { CalibrationRecord, ModelFile } from "../src/store/mod.ts";
import { defaultName } from "./_models.ts";
import { Hints } from "./_hints.ts";
import { ImageNotes, MAX_NOTES } from "./_image_notes.ts";
import type { EpochRecord, StepRecord } from "../src/training/mod.ts";
import { calibrationRecord } from "./_calibration_record.ts";
import {
  DEFAULT_FPR,
  describeCalibration,
  describeReach,
  tooFewImages,
} from "./_calibration_words.ts";
import { countOf } from "../src/count_of.ts";
import { shortestFloat32 } from "./_record_fields.ts";

/** Time of further trainings that is announced, s. */
const LONG_S = 5;
/** Shortest time between progress lines, in ms. */
const INTERVAL_MS = 100;
/** Estimated time from which it is told before a training, s. */
const LONG = 300;
/** Number of labels that are listed. */
const MOST_LABELS = 10;

/** Reports a training from the first image to the end. */
export class TrainReport {
  readonly #reporter: Reporter;
  readonly #began = performance.now();
  #epochs = 0;
  #rate = new Rate();
  #shown = 0;
  #failures = 0;
  #images = 0;
  /** Start of the training, without reading. */
  #started = 0;
  /** The further model in training, for progress. */
  #fold = "";
  readonly #hints = new Hints();
  readonly #notes: ImageNotes;
  /** Number of failures warned of, or left out. */
  #warned = 0;
  /** Failures before the first image: an error may report them. */
  #unreported: FailedSample[] = [];

  /** @param reporter Writes to stderr. */
  constructor(reporter: Reporter) {
    this.#reporter = reporter;
    this.#notes = new ImageNotes(reporter);
  }

  /** Number of images that could not be read. */
  get failures(): number {
    return this.#failures;
  }

  /** Number of images that were read. */
  get images(): number {
    return this.#images;
  }

  /** Called for every image that could not be read. */
  failure(failed: FailedSample): void {
    this.#failures++;
    this.#unreported.push(failed);
  }

  /** Called with the notes on an image. */
  notes(path: string, notes: readonly string[] | undefined): void {
    this.#notes.add(path, notes);
  }

  /** Called while images are read. */
  reading(count: number): void {
    this.#images = count;
    this.#warnFailures();
    if (this.#due()) this.#reporter.progress(`reading: ${countOf(count, "image")}`);
  }

  /** Called when training starts. */
  start(start: TrainingStart): void {
    const { backend, threads, trouble, spec, labels, parameters, images, calibration } = start;
    const { epochs, seconds, chosen } = start;
    const { training, validation } = images, { method, folds = 0 } = calibration;
    const [height, width, channels] = spec.inputShape;
    const { scale } = start.input;
    this.#reporter.progress(undefined);
    this.#notes.end();
    this.#warnFailures();
    if (trouble !== undefined) this.#reporter.warn(`training on one thread only: ${trouble}`);
    const learnt = parameters > 0 ? `${parameters} parameters, ` : "";
    const many = threads > 1 ? `, ${threads} threads` : "";
    this.#reporter.info(`backend ${backend.name} on ${backend.device}${many}: ${backend.reason}`);
    this.#reporter.info(
      `model ${spec.name}, ${learnt}${width} x ${height} x ${channels}: ` +
        `${training} images train, ${validation} validate, ${calibration.images} calibrate` +
        (method === "split" ? "" : ` (${describeMethod(method, folds)})`),
    );
    if (chosen) {
      this.#reporter.info(
        `took ${defaultName(chosen)} as ${chosen.when}: --seek or --model choose another`,
      );
    }
    if (scale.kind === "range") {
      this.#reporter.info(`scale: samples from ${scale.low} to ${scale.high} become 0 to 1`);
    }
    if (labels && labels.length > 1) this.#reporter.info(describeLabels(labels));
    if (seconds !== undefined && seconds > LONG) {
      this.#reporter.info(
        `about ${formatSeconds(seconds / epochs)} per epoch, ${formatSeconds(seconds)} for all ` +
          `${epochs} on CPUs: --epochs and a smaller --size take less`,
      );
    }
    this.#epochs = epochs;
    this.#started = performance.now();
    this.#rate = new Rate();
  }

  /** Called before each further model that calibrates. */
  fold(fold: number, of: number): void {
    const expected = (performance.now() - this.#started) / 1000 * of;
    if (fold === 1 && expected >= LONG_S) {
      this.#reporter.progress(undefined);
      this.#reporter.info(
        `calibrating by ${of} further trainings: about ${formatSeconds(expected)} more`,
      );
    }
    this.#fold = `fold ${fold}/${of}, `;
    this.#rate = new Rate();
    if (this.#due()) this.#reporter.progress(`calibrating: ${this.#fold.slice(0, -2)}`);
  }

  /** Called after a step. */
  step({ epoch, images, of, loss }: StepRecord): void {
    const rate = this.#rate.of(images, of);
    if (!this.#due()) return;
    const bar = "#".repeat(Math.round(10 * images / of)).padEnd(10, ".");
    this.#reporter.progress(
      `${this.#fold}epoch ${epoch}/${this.#epochs} [${bar}] loss ${loss.toPrecision(5)}, ${rate}`,
    );
  }

  /** Called after an epoch. */
  epoch({ epoch, loss, validationLoss, watchedLoss }: EpochRecord): void {
    this.#reporter.progress(undefined);
    this.#reporter.info(
      `epoch ${epoch}/${this.#epochs}: loss ${loss.toPrecision(6)}, ` +
        `validation loss ${validationLoss.toPrecision(6)}, ` +
        (watchedLoss === undefined ? "" : `watched loss ${watchedLoss.toPrecision(6)}, `) +
        this.#rate.summary(),
    );
    this.#rate = new Rate();
  }

  /** Called with a line on the training. */
  note(line: string): void {
    this.#reporter.progress(undefined);
    this.#reporter.info(line);
  }

  /** Called with a fact about the images, and its remedy. */
  warn(message: string, hint?: string): void {
    this.#reporter.progress(undefined);
    this.#reporter.warn(message, hint);
  }

  /** Called when the model is written. */
  end({ model, interrupted, overflows, unseenLabels }: TrainingResult, path: string): void {
    const { bestEpoch } = model.training;
    this.#reporter.progress(undefined);
    if (interrupted) this.#reporter.warn("interrupted: the model is that of the training so far");
    const calibration = calibrationRecord(model);
    const warning = tooFewImages(DEFAULT_FPR, calibration.images);
    if (warning !== undefined) {
      const remedy = interrupted && calibration.method !== "split"
        ? `calibrate it on normal images that did not train: ${programName()} calibrate --help`
        : calibration.method === "split"
        ? "calibrate on all images, --calibrate cross, or train on more"
        : "train on more images";
      this.#reporter.warn(`${warning}; ${remedy}`);
    } else {
      const said = `${describeCalibration(calibration)}, ${describeReach(calibration.images)}`;
      this.#reporter.info(`calibrated on ${said}`);
    }
    if (overflows > 0) {
      this.#reporter.warn(
        `${overflows} calibration images have no finite score by ${model.score}: map samples to ` +
          "[0, 1] by --scale, or use another --score",
      );
    }
    if (model.anomalies) this.#reporter.info(describeAnomalies(model.anomalies));
    if (this.#failures > 0) {
      const failed = countOf(this.#failures, "image");
      const them = this.#failures === 1 ? "it" : "them";
      this.#reporter.error(`${failed} could not be read: the model is without ${them}`);
    }
    if (unseenLabels) this.#reporter.info(compare(model.spec.name, model.score, unseenLabels));
    const seconds = (performance.now() - this.#began) / 1000;
    const weights = bestEpoch > 0
      ? `weights of epoch ${bestEpoch}`
      : model.training.epochs > 0
      ? "no epoch was complete"
      : "nothing to learn";
    this.#reporter.info(
      `wrote ${path}: ${weights}, score ${model.score}, ${formatSeconds(seconds)} in all`,
    );
  }

  /**
   * Called when training fails: warns of the unreadable images that the error does not report.
   *
   * @param error The error.
   */
  fail(error: unknown): void {
    const { hint = "" } = error as { readonly hint?: string };
    this.#warnFailures(({ error: cause }) => cause !== error && !hint.includes(cause.message));
  }

  #warnFailures(wanted: (failed: FailedSample) => boolean = () => true): void {
    for (const { path, error } of this.#unreported.filter(wanted)) {
      if (++this.#warned > MAX_NOTES) continue;
      this.#reporter.warn(`${path}: ${error.message}`, this.#hints.first(error.hint));
    }
    this.#unreported = [];
  }

  #due(): boolean {
    const now = performance.now();
    if (now - this.#shown < INTERVAL_MS) return false;
    this.#shown = now;
    return true;
  }
}

/** A calibration method, as the start of a training tells it. */
function describeMethod(
  method: Exclude<CalibrationRecord["method"], "split">,
  folds: number,
): string {
  const words: Readonly<Record<typeof method, string>> = {
    cross: `${folds} folds, so ${folds + 1} trainings`,
    loo: "each left out in turn",
    own: "of their own",
  };
  return words[method];
}

/** The AUROC of held-out labels by the model and by nearest neighbours. */
function compare(name: string, score: string, unseenLabels: UnseenLabelsComparison): string {
  const { auroc, knn, neighbours, strange, normal } = unseenLabels;
  return `held-out labels: AUROC ${auroc.toFixed(3)} by ${name} (${score}), ` +
    `${knn.toFixed(3)} by the nearest of ${neighbours} training images by pixels, ` +
    `on ${strange} images and ${normal} normal ones`;
}

/** The choice that known anomalies made. */
export function describeAnomalies(
  { images, normal, among, aurocs, score, threshold, f1 }: NonNullable<ModelFile["anomalies"]>,
): string {
  const others = Object.entries(aurocs).filter(([name]) => name !== score)
    .map(([name, auroc]) => `${name} ${auroc.toFixed(3)}`);
  const compared = others.length > 0 ? `, ${others.join(", ")}` : "";
  return `${images} known anomalies: AUROC among ${normal} ${among} images is ` +
    `${aurocs[score]!.toFixed(3)} by ${score}${compared}; the best F1, ${
      f1.toFixed(3)
    }, is that of ` +
    `--threshold ${shortestFloat32(threshold)}`;
}

/** The labels that a model trains on: several may be a mistake. */
function describeLabels(labels: readonly string[]): string {
  const shown = labels.slice(0, MOST_LABELS).join(", ");
  return `trains on images of ${labels.length} labels: ${shown}` +
    (labels.length > MOST_LABELS ? ", …" : "") + "; --normal A,B chooses some";
}

/** Formats a duration: `0.2 s`, `12 s`, `3 min 5 s`, `2 h 4 min`. */
function formatSeconds(seconds: number): string {
  if (seconds < 0.95) return `${Math.max(0.1, seconds).toFixed(1)} s`;
  const whole = Math.round(seconds), minutes = Math.round(seconds / 60);
  if (minutes >= 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
