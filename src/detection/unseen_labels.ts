/** Whether a new model separates images of labels that were left out from normal ones. */

import { type Entry, isFailed } from "../datasets/mod.ts";
import { StrayError } from "../errors.ts";
import { type Image, type ModelInput, writeModelInput } from "../images/mod.ts";
import { auroc, rank } from "../metrics/mod.ts";
import { type Model, MODELS, requireCapability } from "../models/mod.ts";
import { Random } from "../random.ts";
import { spread } from "../spread.ts";
import type { ImageSet, Split } from "../training/mod.ts";
import { computeInBatches, rowsOf } from "./_in_batches.ts";
import type { DetectorScore } from "./_combined_score.ts";
import { boundScores } from "./calibration.ts";
import { rowsAt } from "./_calibration_scores.ts";

/** AUROCs of images with unseen labels against normal images. */
export interface UnseenLabelsComparison {
  /** The model's AUROC by its own score. */
  readonly auroc: number;
  /** The AUROC of `knn` with its defaults, on the same images. */
  readonly knn: number;
  /** Training images that `knn` keeps. */
  readonly neighbours: number;
  /** Images with unseen labels. */
  readonly strange: number;
  /** Normal images: some that calibrate the model, each as scored by a model that has not seen it. */
  readonly normal: number;
}

/** Maximum number of images of each sort, and of samples in them. */
const MAX_IMAGES = 300, MAX_SAMPLES = 1 << 24;
/** Maximum number of samples of the training images that `knn` keeps: 5,349 images of 28 x 28. */
const MAX_NEIGHBOUR_SAMPLES = 1 << 22;

/** A trained model with its data. */
export interface ComparedModel {
  /** The trained model, and its score. */
  readonly model: Model;
  readonly score: DetectorScore;
  /** All images of the training, and their division. */
  readonly images: ImageSet;
  readonly split: Split;
}

/** Collects some images of the labels that a training leaves out. */
export class UnseenLabels {
  readonly #labels: readonly string[];
  readonly #images: Image[] = [];
  #samples = 0;

  /** @param labels The labels left out. @default {none} */
  constructor(labels: readonly string[] = []) {
    this.#labels = labels;
  }

  /** Passes entries on, and keeps the images of the labels left out. */
  watch(entries: AsyncIterable<Entry>): AsyncIterable<Entry> {
    return this.#labels.length > 0 ? this.#watch(entries) : entries;
  }

  /**
   * Compares a model with the nearest neighbours of its training images.
   *
   * @param compared The model and its data.
   * @param input The input of the model.
   * @returns Both AUROCs; undefined if there is nothing to compare.
   */
  async compare(
    compared: ComparedModel,
    input: ModelInput,
  ): Promise<UnseenLabelsComparison | undefined> {
    const { model, score, images, split } = compared;
    if (split.calibration.length === 0) return await this.#compareAll(compared, input);
    const size = images.imageSize;
    const strange = this.#prepared(input), count = strange.length / size;
    const most = Math.max(1, Math.min(MAX_IMAGES, Math.floor(MAX_SAMPLES / size)));
    const normal = spread(split.calibration, most);
    if (count === 0 || normal.length === 0) return undefined;
    const values = new Float32Array(normal.length * size + strange.length);
    values.set(rowsAt(images, normal).read(0, normal.length));
    values.set(strange, normal.length * size);
    const rows = rowsOf(values, images.shape);
    const positive = Uint8Array.from({ length: rows.count }, (_, i) => i < normal.length ? 0 : 1);
    const aurocOf = async (
      model: Model,
      { parts, combine }: Pick<DetectorScore, "parts" | "combine">,
    ) => {
      const columns = await computeInBatches(model, rows, (x) => model.scores(parts, x));
      return auroc(rank(Float64Array.from(combine(columns.map(boundScores))), positive));
    };
    const mostNeighbours = Math.max(1, Math.floor(MAX_NEIGHBOUR_SAMPLES / size));
    const training = spread(split.training, mostNeighbours);
    const knn = await fitKnn(images, { ...split, training });
    try {
      return {
        auroc: await aurocOf(model, score),
        knn: await aurocOf(knn, {
          parts: ["distance"],
          combine: ([distances]) => distances!,
        }),
        neighbours: training.length,
        strange: count,
        normal: normal.length,
      };
    } finally {
      knn.dispose();
    }
  }

  /** The comparison where no image was set aside: with scores of models that have not seen an image. */
  async #compareAll(
    { model, score: { parts, combine, calibration }, images, split }: ComparedModel,
    input: ModelInput,
  ): Promise<UnseenLabelsComparison | undefined> {
    const strange = rowsOf(this.#prepared(input), images.shape);
    if (strange.count === 0 || calibration.length === 0) return undefined;
    const aurocOf = (normal: Float32Array, scores: Float32Array) => {
      const all = Float64Array.from([...normal, ...boundScores(scores)]);
      return auroc(rank(all, Uint8Array.from(all, (_, i) => i < normal.length ? 0 : 1)));
    };
    const columns = await computeInBatches(model, strange, (x) => model.scores(parts, x));
    const most = Math.max(1, Math.floor(MAX_NEIGHBOUR_SAMPLES / images.imageSize));
    const training = spread(split.training, most);
    const knn = await fitKnn(images, { ...split, training });
    try {
      const names = ["distance"];
      const able = requireCapability(knn, "leaveOneOut");
      const normals = rowsAt(images, spread(training, MAX_IMAGES));
      const [normal] = await computeInBatches(
        knn,
        normals,
        (x) => able.leaveOneOut(names, x, training),
      );
      const [far] = await computeInBatches(knn, strange, (x) => knn.scores(names, x));
      return {
        auroc: aurocOf(calibration, combine(columns.map(boundScores))),
        knn: aurocOf(boundScores(normal!), far!),
        neighbours: training.length,
        strange: strange.count,
        normal: calibration.length,
      };
    } finally {
      knn.dispose();
    }
  }

  async *#watch(entries: AsyncIterable<Entry>): AsyncGenerator<Entry> {
    for await (const entry of entries) {
      if (!isFailed(entry) && this.#labels.includes(entry.label ?? "")) this.#keep(entry.image);
      yield entry;
    }
  }

  /** The images as a model sees them, one after the other, without those that do not fit. */
  #prepared(input: ModelInput): Float32Array {
    const size = input.width * input.height * input.channels;
    const values = new Float32Array(this.#images.length * size);
    let count = 0;
    for (const image of this.#images) {
      try {
        writeModelInput(image, input, values, count * size);
        count++;
      } catch (error) {
        if (!(error instanceof StrayError)) throw error;
      }
    }
    return values.subarray(0, count * size);
  }

  #keep(image: Image): void {
    const samples = this.#samples + image.data.length;
    if (this.#images.length >= MAX_IMAGES || samples > MAX_SAMPLES) return;
    this.#images.push(image);
    this.#samples = samples;
  }
}

/** `knn` by pixels, which leaves each image out in closed form, of the images that train. */
async function fitKnn(images: ImageSet, split: Split): Promise<Model> {
  const { type, build } = MODELS.knn;
  const spec = build({ inputShape: images.shape, features: "pixels" });
  const data = { images, classes: new Int32Array(images.count).fill(-1), split };
  const nothing = { epochs: 0, batch: 1, learningRate: 0, patience: 0, random: new Random(0) };
  return (await (await type.load()).fit(spec, data, nothing)).model;
}
