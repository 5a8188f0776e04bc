/** Whether a new model separates images of labels that were left out from normal ones. */

import { type Entry, isFailed } from "../datasets/mod.ts";
import { StrayError } from "../errors.ts";
import { type Image, type ModelInput, writeModelInput } from "../images/mod.ts";
import { auroc, rank } from "../metrics/mod.ts";
import { defaultScore, type Model, MODELS } from "../models/mod.ts";
import { Random } from "../random.ts";
import type { ImageSet, Split } from "../training/mod.ts";
import { computeInBatches, rowsOf } from "./_in_batches.ts";
import { boundScores } from "./calibration.ts";
import { rowsAt } from "./split_calibration.ts";

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
  /** Normal images, from those that calibrate the model. */
  readonly normal: number;
}

/** Maximum number of images of each sort, and of samples in them. */
const MAX_IMAGES = 300, MAX_SAMPLES = 1 << 24;
/** Maximum number of samples of the training images that `knn` keeps: 5,349 images of 28 x 28. */
const MAX_NEIGHBOUR_SAMPLES = 1 << 22;

/** A trained model with its data. */
export interface ComparedModel {
  /** The trained model, and the name of its score. */
  readonly model: Model;
  readonly score: string;
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
   * @param trained The model and its data.
   * @param input The input of the model.
   * @returns Both AUROCs; undefined if there is nothing to compare.
   */
  async compare(
    { model, score, images, split }: ComparedModel,
    input: ModelInput,
  ): Promise<UnseenLabelsComparison | undefined> {
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
    const aurocOf = async (model: Model, score: string) => {
      const [scores] = await computeInBatches(rows, (x) => model.scores([score], x));
      return auroc(rank(Float64Array.from(boundScores(scores!)), positive));
    };
    const mostNeighbours = Math.max(1, Math.floor(MAX_NEIGHBOUR_SAMPLES / size));
    const training = spread(split.training, mostNeighbours);
    const knn = await fitKnn(images, { ...split, training });
    try {
      return {
        auroc: await aurocOf(model, score),
        knn: await aurocOf(knn, defaultScore(knn.spec, MODELS.knn.defaults)),
        neighbours: training.length,
        strange: count,
        normal: normal.length,
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

/** `knn` with its defaults, of the images that train. */
async function fitKnn(images: ImageSet, split: Split): Promise<Model> {
  const { type, build } = MODELS.knn;
  const spec = build({ inputShape: images.shape });
  const data = { images, classes: new Int32Array(images.count).fill(-1), split };
  const nothing = { epochs: 0, batch: 1, learningRate: 0, patience: 0, random: new Random(0) };
  return (await (await type.load()).fit(spec, data, nothing)).model;
}

/** A number of indices, evenly spread. */
function spread(indices: Uint32Array, most: number): Uint32Array {
  const count = Math.min(most, indices.length);
  return Uint32Array.from(
    { length: count },
    (_, i) => indices[Math.floor(i * indices.length / count)]!,
  );
}
