/** A trained model with its calibration: images in, verdicts out. */

import {
  type Backend,
  type BackendName,
  copiedTensor,
  openBackend,
  type Tensor,
  tf,
} from "../compute/mod.ts";
import { StrayError } from "../errors.ts";
import { type Image, insideOfInput, writeModelInput } from "../images/mod.ts";
import {
  classesOf,
  mapScoreOf,
  type Model,
  modelTypeOf,
  openModel,
  requireCapability,
  type WantedMaps,
} from "../models/mod.ts";
import { imagesFor } from "../metrics/mod.ts";
import { decodeModel, type ModelFile } from "../store/mod.ts";
import { batchFor } from "./_in_batches.ts";
import {
  calibrationOf,
  type DetectorScore,
  detectorScore,
  TRAIN_AGAIN,
} from "./_combined_score.ts";
import { boundScores, pValue, threshold } from "./calibration.ts";
import { NO_FINDINGS, type Verdict, type WantedFindings } from "./findings.ts";

/** Options of {@linkcode Detector.open}. */
export interface DetectorOptions {
  /** The backend. @default {"auto"} */
  readonly backend?: BackendName | "auto" | undefined;
  /** The score, or several joined by `+`. @default {the model's own} */
  readonly score?: string | undefined;
  /** The false positive rate that the threshold stands for, in (0, 1). @default {0.05} */
  readonly fpr?: number | undefined;
  /** The file's name, for errors. @default {"model"} */
  readonly name?: string | undefined;
}

/** The settings of a detector. */
interface Settings {
  readonly name: string;
  readonly score: DetectorScore;
  readonly fpr: number;
}

/**
 * A trained model that judges images.
 *
 * The score of an image does not depend on the images beside it.
 */
export class Detector {
  /** The model file's contents. */
  readonly model: ModelFile;
  /** The backend, and the reason for it. */
  readonly backend: Backend;
  /** The name of the score. */
  readonly scoreName: string;
  /** The false positive rate that the threshold stands for. */
  readonly fpr: number;
  /** The score above which an image is an anomaly; null if too few images calibrate. */
  readonly threshold: number | null;
  readonly #name: string;
  readonly #model: Model;
  readonly #classes: ReadonlyMap<string, number>;
  readonly #score: DetectorScore;

  private constructor(file: ModelFile, model: Model, backend: Backend, settings: Settings) {
    const { name, score, fpr } = settings;
    this.model = file;
    this.backend = backend;
    this.scoreName = score.parts.join("+");
    this.fpr = fpr;
    this.threshold = threshold(score.calibration, fpr) ?? null;
    this.#name = name;
    this.#model = model;
    this.#classes = new Map(classesOf(file.spec).map((label, place) => [label, place]));
    this.#score = score;
  }

  /**
   * Makes a detector of a model.
   *
   * @param model A model file's bytes, or its contents.
   * @param options Backend, score and false positive rate.
   * @returns The detector; `dispose` frees it.
   * @throws {StrayError} `model` If the file is damaged; `usage` if the model has no such score;
   * `backend` if the backend, or the library that the model needs, cannot be had.
   */
  static async open(
    model: Uint8Array | ModelFile,
    options: DetectorOptions = {},
  ): Promise<Detector> {
    const { name = "model", fpr = 0.05 } = options;
    const file = model instanceof Uint8Array ? decodeModel(model, name) : model;
    const backend = await openBackend(options.backend);
    const score = detectorScore(options.score ?? file.score, file, name);
    try {
      const opened = await openModel(file.spec, file.weights);
      return new Detector(file, opened, backend, { name, score, fpr });
    } catch (cause) {
      // Something else than the file is the matter.
      if (cause instanceof StrayError) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new StrayError("model", `Cannot use the model "${name}" as ${reason}`, {
        hint: TRAIN_AGAIN,
        cause,
      });
    }
  }

  /** Samples of one image as the model sees it: width * height * channels. */
  get inputSize(): number {
    const { width, height, channels } = this.model.input;
    return width * height * channels;
  }

  /** Number of images that calibrate the score: p is at least 1 / (this + 1). */
  get calibrationImages(): number {
    return this.#score.calibration.length;
  }

  /** Scores of the images that calibrate, ascending. */
  get calibrationScores(): Float32Array {
    return this.#score.calibration;
  }

  /**
   * Whether the model has what a method needs: latents, reconstructions, maps of errors, a decoder.
   *
   * @param capability The need.
   */
  can(capability: "encode" | "errors" | "errorMaps" | "decode" | "inspect"): boolean {
    return this.#model[capability] !== undefined;
  }

  /** Names of the numbers that the model finds of each image; mostly none. */
  get detailNames(): readonly string[] {
    const { spec } = this.model;
    return modelTypeOf(spec).details?.(spec) ?? [];
  }

  /** The number of images that are best computed at a time. */
  get batchSize(): number {
    const { spec } = this.model;
    return batchFor(spec.inputShape, modelTypeOf(spec).maxBatch);
  }

  /**
   * Scores prepared images.
   *
   * @param batch Images as `writeModelInput` makes them, one after the other.
   * @param count Number of images.
   * @param classes Indices of their labels, as `placeOf` gives them. @default {unknown}
   * @returns One score per image.
   */
  async scores(batch: Float32Array, count: number, classes?: Int32Array): Promise<Float32Array> {
    return await this.inspect(batch, count, { ...NO_FINDINGS, ...classes && { classes } });
  }

  /**
   * Scores prepared images, and finds all else that is wanted of them.
   *
   * @param batch Images as `writeModelInput` makes them, one after the other.
   * @param count Number of images.
   * @param wanted Labels, and arrays that receive what is found.
   * @returns One score per image.
   * @throws {StrayError} As `checkMaps`.
   */
  async inspect(batch: Float32Array, count: number, wanted: WantedFindings): Promise<Float32Array> {
    const { classes, details, errors, convergence, significance } = wanted;
    const maps = { errors: errors.length > 0, mass: convergence.length > 0 };
    this.checkMaps(maps);
    const { parts, combine } = this.#score, model = this.#model;
    const values = await this.#compute(batch, count, (x) => {
      if (!model.inspect) {
        const scores = model.scores(parts, x, classes?.subarray(0, count));
        return maps.errors
          ? [...scores, requireCapability(model, "errorMaps").errorMaps(x)]
          : scores;
      }
      const found = model.inspect(parts, x, maps);
      if (details.length > 0) details.set(found.details);
      if (found.mass) {
        convergence.set(found.mass.convergence);
        significance.set(found.mass.significance);
      }
      return found.errors ? [...found.scores, found.errors] : found.scores;
    });
    if (maps.errors) errors.set(this.#inUnits(values.pop()!));
    return combine(values.map(boundScores));
  }

  /**
   * Asserts that the model can make maps.
   *
   * @param maps The maps.
   * @throws {StrayError} `usage` If the model reconstructs or fits no images, or was calibrated on too few for `fpr`;
   * `model` if the file is of a version without this calibration.
   */
  checkMaps({ errors, mass }: WantedMaps): void {
    if (mass) requireCapability(this.#model, "inspect");
    if (!errors) return;
    requireCapability(this.#model, "errorMaps");
    this.#maxErrorLevel();
  }

  /**
   * The index of a label among the model's classes.
   *
   * @param label A label.
   * @returns The index, or -1 if the model has no such class.
   */
  placeOf(label: string | undefined): number {
    return label === undefined ? -1 : this.#classes.get(label) ?? -1;
  }

  /**
   * Encodes prepared images: a Gaussian latent by its mean.
   *
   * @param batch Images as `writeModelInput` makes them, one after the other.
   * @param count Number of images.
   * @returns `size` numbers per image, one image after the other.
   * @throws {StrayError} `usage` If the model has no latents.
   */
  async encode(
    batch: Float32Array,
    count: number,
  ): Promise<{ readonly values: Float32Array; readonly size: number }> {
    const model = requireCapability(this.#model, "encode");
    const [values] = await this.#compute(batch, count, (x) => [model.encode(x)]);
    return { values: values!, size: count === 0 ? 0 : values!.length / count };
  }

  /**
   * Reconstructs prepared images, without random draws.
   *
   * @param batch Images as `writeModelInput` makes them, one after the other.
   * @param count Number of images.
   * @returns The reconstructions, laid out as the batch.
   * @throws {StrayError} `usage` If the model reconstructs no images.
   */
  async reconstruct(batch: Float32Array, count: number): Promise<Float32Array> {
    const model = requireCapability(this.#model, "errors");
    const [values] = await this.#compute(batch, count, (x) => [model.errors(x).reconstruction]);
    return values!;
  }

  /**
   * Maps the errors of prepared images in units of the largest normal error: above 1 lie errors larger than
   * any pixel's in all but `fpr` of the calibration images. (Maxima are compared with maxima, so that
   * images of many pixels are no stranger for it: Nichols and Holmes 2002, Human Brain Mapping 15, 1.)
   *
   * @param batch Images as `writeModelInput` makes them, one after the other.
   * @param count Number of images.
   * @returns `width * height` numbers per image, row-major, at least 0; 0 outside the region.
   * @throws {StrayError} `usage` If the model finds no errors of pixels, or was calibrated on too few for `fpr`;
   * `model` if the file is of a version without this calibration.
   */
  async errorMaps(batch: Float32Array, count: number): Promise<Float32Array> {
    const model = requireCapability(this.#model, "errorMaps");
    this.#maxErrorLevel();
    const [maps] = await this.#compute(batch, count, (x) => [model.errorMaps(x)]);
    return this.#inUnits(maps!);
  }

  /**
   * Decodes latents.
   *
   * @param codes Latents as `encode` gives them, one after the other.
   * @param count Number of images.
   * @param classes Indices of the labels to condition on, for a conditional model. @default {the first label}
   * @returns Images, laid out as a batch.
   * @throws {StrayError} `usage` If the model has no decoder.
   */
  async decode(codes: Float32Array, count: number, classes?: Int32Array): Promise<Float32Array> {
    const model = requireCapability(this.#model, "decode");
    if (count === 0) return new Float32Array();
    return await take(tf.tidy(() => {
      const latents = copiedTensor(codes, [count, codes.length / count]);
      return model.decode(latents, classes);
    }));
  }

  /**
   * Judges a score.
   *
   * @param score A score of this detector.
   * @returns The verdict.
   */
  judge(score: number): Verdict {
    const p = pValue(this.#score.calibration, score);
    return { score, p, threshold: this.threshold, anomaly: p <= this.fpr };
  }

  /**
   * Judges decoded images.
   *
   * @param images Any number of images of the sizes that the model takes.
   * @returns One verdict per image, in order.
   * @throws {StrayError} `shape` or `value` If an image does not fit the model.
   */
  async detect(images: readonly Image[]): Promise<Verdict[]> {
    const verdicts: Verdict[] = [];
    const most = this.batchSize;
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

  /** Errors over the largest normal one, 0 outside the region, in place. */
  #inUnits(maps: Float32Array): Float32Array {
    const inside = insideOfInput(this.model.input), level = this.#maxErrorLevel();
    for (let i = 0; i < maps.length; i++) {
      maps[i] = inside && inside[i % inside.length] === 0 ? 0 : maps[i]! / level;
    }
    return maps;
  }

  #maxErrorLevel(): number {
    const scores = calibrationOf(this.model, mapScoreOf(this.model.spec), this.#name);
    const level = threshold(scores, this.fpr);
    if (level !== undefined) return level;
    throw new StrayError(
      "usage",
      `Cannot map errors as the model must be calibrated on enough images for a false positive rate of ` +
        `${this.fpr}, at least ${imagesFor(this.fpr)}: current number is ${scores.length}`,
      { hint: "raise --fpr, or train on more images" },
    );
  }

  /** The values of tensors of prepared images. */
  async #compute(
    batch: Float32Array,
    count: number,
    compute: (x: Tensor) => readonly Tensor[],
  ): Promise<Float32Array[]> {
    const values = batch.subarray(0, count * this.inputSize);
    const x = copiedTensor(values, [count, ...this.model.spec.inputShape]);
    try {
      await this.#model.prepare?.(x);
      return await Promise.all(tf.tidy(() => [...compute(x)]).map(take));
    } finally {
      x.dispose();
    }
  }
}

/** The values of a tensor; disposes of the tensor. */
async function take(tensor: Tensor): Promise<Float32Array> {
  const values = Float32Array.from(await tensor.data());
  tensor.dispose();
  return values;
}
