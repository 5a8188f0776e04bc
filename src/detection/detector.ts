/** A trained model with its calibration: images in, verdicts out. */

import { type Backend, type BackendName, openBackend, type Tensor, tf } from "../compute/mod.ts";
import { StrayError } from "../errors.ts";
import { type Image, writeModelInput } from "../images/mod.ts";
import { classesOf, type Model, openModel, sizeOf } from "../models/mod.ts";
import { decodeModel, type ModelFile } from "../store/mod.ts";
import { boundScores, pValue, threshold } from "./calibration.ts";
import { computeScores, errorMaps, PEAK_SCORE, requireScore } from "./scores.ts";

/** What a detector says of one image. */
export interface Verdict {
  /** Higher for stranger images; its unit is the score's. */
  readonly score: number;
  /** The share of held-out normal images that score at least as high, in (0, 1]. */
  readonly p: number;
  /** The score above which an image is an anomaly; null if too few normal images were held out. */
  readonly threshold: number | null;
  /** Whether p is at most the false positive rate asked for. */
  readonly anomaly: boolean;
}

/** Options of {@linkcode Detector.open}. */
export interface DetectorOptions {
  /** Where to compute. @default {"auto"} */
  readonly backend?: BackendName | "auto" | undefined;
  /** Which score. @default {the model's own} */
  readonly score?: string | undefined;
  /** The false positive rate that the threshold stands for, in (0, 1). @default {0.05} */
  readonly fpr?: number | undefined;
  /** The file's name, for errors. @default {"model"} */
  readonly name?: string | undefined;
}

/** Samples (width * height * channels) computed at a time; keeps intermediate results in memory small. */
const BATCH_SAMPLES = 1 << 18;
const LARGEST_BATCH = 256;

/** What not every model can do, in words. */
const WAYS = { encode: "latents", errors: "reconstructions", decode: "a decoder" } as const;

const TRAIN_AGAIN = "train it again with this version of stray";

/** The number of images that are best computed at a time. */
export function batchFor(shape: readonly number[]): number {
  return Math.max(1, Math.min(LARGEST_BATCH, Math.floor(BATCH_SAMPLES / sizeOf(shape))));
}

/**
 * A trained model that judges images.
 *
 * The score of an image does not depend on the images beside it.
 */
export class Detector {
  /** The model file's contents. */
  readonly model: ModelFile;
  /** What computes, and why. */
  readonly backend: Backend;
  /** The name of the score. */
  readonly scoreName: string;
  /** The false positive rate that the threshold stands for. */
  readonly fpr: number;
  /** The score above which an image is an anomaly; null if too few normal images were held out. */
  readonly threshold: number | null;
  readonly #name: string;
  readonly #model: Model;
  readonly #classes: ReadonlyMap<string, number>;
  readonly #calibration: Float32Array;

  private constructor(model: ModelFile, backend: Backend, options: DetectorOptions) {
    this.model = model;
    this.backend = backend;
    this.scoreName = options.score ?? model.score;
    requireScore(this.scoreName, model.spec);
    this.#classes = new Map(classesOf(model.spec).map((label, place) => [label, place]));
    this.#name = options.name ?? "model";
    this.#calibration = this.#calibrationOf(this.scoreName);
    this.fpr = options.fpr ?? 0.05;
    this.threshold = threshold(this.#calibration, this.fpr) ?? null;
    try {
      this.#model = openModel(model.spec, model.weights);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new StrayError("model", `Cannot use the model "${this.#name}" as ${reason}`, {
        hint: TRAIN_AGAIN,
        cause,
      });
    }
  }

  /**
   * Makes a detector of a model.
   *
   * @param model A model file's bytes, or its contents.
   * @param options Backend, score and false positive rate.
   * @returns The detector; `dispose` frees it.
   * @throws {StrayError} `model` If the file is damaged; `usage` if the model has no such score;
   * `backend` if the backend cannot be had.
   */
  static async open(
    model: Uint8Array | ModelFile,
    options: DetectorOptions = {},
  ): Promise<Detector> {
    const name = options.name ?? "model";
    const file = model instanceof Uint8Array ? decodeModel(model, name) : model;
    const backend = await openBackend(options.backend);
    return new Detector(file, backend, { ...options, name });
  }

  /** Samples of one image as the model sees it: width * height * channels. */
  get inputSize(): number {
    const { width, height, channels } = this.model.input;
    return width * height * channels;
  }

  /** How many images are best computed at a time. */
  get batchSize(): number {
    return batchFor(this.model.spec.inputShape);
  }

  /**
   * Scores images that are prepared already.
   *
   * @param batch Images as `writeModelInput` makes them, one after the other.
   * @param count How many.
   * @param classes Places of their labels, as `placeOf` gives them. @default {unknown}
   * @returns One score an image.
   */
  async scores(batch: Float32Array, count: number, classes?: Int32Array): Promise<Float32Array> {
    const places = classes?.subarray(0, count);
    const scores = tf.tidy(() =>
      computeScores(this.#model, this.#tensor(batch, count), [this.scoreName], places)[0]!
    );
    return boundScores(await take(scores));
  }

  /**
   * The place of a label among those that the model is told, for a conditional model.
   *
   * @param label A label.
   * @returns The place, or -1 if there is no such label, or none is told.
   */
  placeOf(label: string | undefined): number {
    return label === undefined ? -1 : this.#classes.get(label) ?? -1;
  }

  /**
   * The latents of images that are prepared already: of a Gaussian latent its mean.
   *
   * @param batch Images as `writeModelInput` makes them, one after the other.
   * @param count How many.
   * @returns `size` numbers an image, one image after the other.
   * @throws {StrayError} `usage` If the model has no latents.
   */
  async encode(
    batch: Float32Array,
    count: number,
  ): Promise<{ readonly values: Float32Array; readonly size: number }> {
    const model = this.#able("encode");
    const values = await take(tf.tidy(() => model.encode(this.#tensor(batch, count))));
    return { values, size: count === 0 ? 0 : values.length / count };
  }

  /**
   * What the model makes of images that are prepared already, without chance.
   *
   * @param batch Images as `writeModelInput` makes them, one after the other.
   * @param count How many.
   * @returns The reconstructions, laid out as the batch.
   * @throws {StrayError} `usage` If the model makes no images.
   */
  async reconstruct(batch: Float32Array, count: number): Promise<Float32Array> {
    const model = this.#able("errors");
    return await take(tf.tidy(() => model.errors(this.#tensor(batch, count)).reconstruction));
  }

  /**
   * Where images that are prepared already have their errors, in units of what is normal: more than 1
   * is an error that has none like it anywhere in all but `fpr` of the held-out normal images. (The
   * greatest pixel of an image is compared with the greatest of others, so that images of many pixels
   * are not called strange for it: Nichols and Holmes 2002, Human Brain Mapping 15, 1.)
   *
   * @param batch Images as `writeModelInput` makes them, one after the other.
   * @param count How many.
   * @returns `width * height` numbers an image, row-major, at least 0.
   * @throws {StrayError} `usage` If the model makes no images, or was calibrated on too few for `fpr`;
   * `model` if the file is of a version without this calibration.
   */
  async errorMaps(batch: Float32Array, count: number): Promise<Float32Array> {
    const model = this.#able("errors"), level = this.#peakLevel();
    return await take(tf.tidy(() => {
      const x = this.#tensor(batch, count);
      return tf.div(errorMaps(x, model.errors(x).reconstruction), level);
    }));
  }

  /**
   * The images that latents stand for.
   *
   * @param codes Latents as `encode` gives them, one after the other.
   * @param count How many.
   * @param classes Places of the labels wanted, for a conditional model. @default {the first label}
   * @returns Images, laid out as a batch.
   * @throws {StrayError} `usage` If the model makes no images of latents.
   */
  async decode(codes: Float32Array, count: number, classes?: Int32Array): Promise<Float32Array> {
    const model = this.#able("decode");
    return await take(tf.tidy(() => {
      const values = codes.slice(0, codes.length);
      return model.decode(tf.tensor2d(values, [count, codes.length / count]), classes);
    }));
  }

  /**
   * What a score means.
   *
   * @param score A score of this detector.
   * @returns The verdict.
   */
  judge(score: number): Verdict {
    const p = pValue(this.#calibration, score);
    return { score, p, threshold: this.threshold, anomaly: p <= this.fpr };
  }

  /**
   * Judges decoded images.
   *
   * @param images Any number of images of the sizes that the model takes.
   * @returns One verdict an image, in order.
   * @throws {StrayError} `shape` or `value` If an image does not fit the model.
   */
  async detect(images: readonly Image[]): Promise<Verdict[]> {
    const verdicts: Verdict[] = [];
    const most = batchFor(this.model.spec.inputShape);
    const batch = new Float32Array(Math.min(most, images.length) * this.inputSize);
    for (let start = 0; start < images.length; start += most) {
      const part = images.slice(start, start + most);
      part.forEach((image, i) => {
        writeModelInput(image, this.model.input, batch, i * this.inputSize);
      });
      for (const score of await this.scores(batch, part.length)) verdicts.push(this.judge(score));
    }
    return verdicts;
  }

  /** Frees the model's memory. */
  dispose(): void {
    this.#model.dispose();
  }

  /** The model, if it can do something that not every kind can. */
  #able<Way extends keyof typeof WAYS>(way: Way): Model & Required<Pick<Model, Way>> {
    const model = this.#model;
    if (model[way]) return model as Model & Required<Pick<Model, Way>>;
    throw new StrayError(
      "usage",
      `Cannot use "${model.spec.name}" here as the model must have ${WAYS[way]}`,
      { hint: "use an autoencoder, such as vae" },
    );
  }

  /** Scores of held-out normal images, ascending. */
  #calibrationOf(score: string): Float32Array {
    const found = this.model.calibrations.get(score);
    if (found) return found;
    throw new StrayError(
      "model",
      `Cannot use the model "${this.#name}" as it must hold held-out scores by ${score}`,
      { hint: TRAIN_AGAIN },
    );
  }

  #peakLevel(): number {
    const scores = this.#calibrationOf(PEAK_SCORE);
    const level = threshold(scores, this.fpr);
    if (level !== undefined) return level;
    throw new StrayError(
      "usage",
      `Cannot map errors as the model must be calibrated on enough images for a false positive rate of ` +
        `${this.fpr}: current number is ${scores.length}`,
      { hint: "raise --fpr, or train on more images" },
    );
  }

  #tensor(batch: Float32Array, count: number): Tensor {
    return tf.tensor4d(batch.slice(0, count * this.inputSize), [
      count,
      ...this.model.spec.inputShape,
    ]);
  }
}

/** A tensor's values; the tensor is disposed of. */
async function take(tensor: Tensor): Promise<Float32Array> {
  const values = Float32Array.from(await tensor.data());
  tensor.dispose();
  return values;
}
