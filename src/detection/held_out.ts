/** How a new model and the nearest neighbours of its training tell labels that were held out. */

import { tf } from "../compute/mod.ts";
import { type Entry, isFailed } from "../datasets/mod.ts";
import { StrayError } from "../errors.ts";
import { type Image, type ModelInput, writeModelInput } from "../images/mod.ts";
import { auroc, rank } from "../metrics/mod.ts";
import { KINDS, type KindSpec, type Model } from "../models/mod.ts";
import { Random } from "../random.ts";
import { fitKind, type ImageSet, type Split } from "../training/mod.ts";
import { boundScores } from "./calibration.ts";
import { batchFor } from "./detector.ts";
import { computeScores } from "./scores.ts";

/** How well images of labels that were held out are told from normal ones. */
export interface HeldOutComparison {
  /** The model's AUROC by its own score. */
  readonly auroc: number;
  /** The AUROC of `knn` with its defaults, on the same images. */
  readonly knn: number;
  /** Images that `knn` looks for neighbours among. */
  readonly neighbours: number;
  /** Images of labels that were held out. */
  readonly strange: number;
  /** Normal images, which calibrate the model. */
  readonly normal: number;
}

/** Images of each sort that are compared at most, and their samples. */
const MOST_IMAGES = 300, MOST_SAMPLES = 1 << 24;
/** Samples of the images that neighbours are looked for among: 5,349 images of 28 x 28. */
const MOST_NEIGHBOUR_SAMPLES = 1 << 22;

/** Keeps some images of labels that a training leaves out. */
export class HeldOutImages {
  readonly #labels: readonly string[];
  readonly #images: Image[] = [];
  #samples = 0;

  /** @param labels Those that are held out; there may be none. */
  constructor(labels: readonly string[] = []) {
    this.#labels = labels;
  }

  /**
   * Looks at entries on their way.
   *
   * @param entries What a source yields.
   * @returns The same.
   */
  watch(entries: AsyncIterable<Entry>): AsyncIterable<Entry> {
    return this.#labels.length > 0 ? this.#watch(entries) : entries;
  }

  /**
   * Compares a model with the nearest neighbours of its training images.
   *
   * @param trained What was trained.
   * @param input What the model takes.
   * @returns Both AUROCs; undefined if there is nothing to compare.
   */
  async compare(trained: Comparable, input: ModelInput): Promise<HeldOutComparison | undefined> {
    return this.#images.length > 0
      ? await compareHeldOut(trained, this.#prepared(input))
      : undefined;
  }

  async *#watch(entries: AsyncIterable<Entry>): AsyncGenerator<Entry> {
    for await (const entry of entries) {
      if (!isFailed(entry) && this.#labels.includes(entry.label ?? "")) this.#keep(entry.image);
      yield entry;
    }
  }

  /** The images as a model sees them, one after the other; those that do not fit are left out. */
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
    if (this.#images.length >= MOST_IMAGES || samples > MOST_SAMPLES) return;
    this.#images.push(image);
    this.#samples = samples;
  }
}

/** What a training leaves to compare. */
export interface Comparable {
  /** The trained model, and the name of its score. */
  readonly model: Model;
  readonly score: string;
  /** All images of the training, and what they were for. */
  readonly images: ImageSet;
  readonly split: Split;
}

/** Compares a model and its neighbours on some images of labels that were held out. */
async function compareHeldOut(
  { model, score, images, split }: Comparable,
  strange: Float32Array,
): Promise<HeldOutComparison | undefined> {
  const size = images.imageSize, count = strange.length / size;
  const most = Math.max(1, Math.min(MOST_IMAGES, Math.floor(MOST_SAMPLES / size)));
  const normal = spread(split.calibration, most);
  if (count === 0 || normal.length === 0) return undefined;
  const values = new Float32Array(normal.length * size + strange.length);
  images.gather(normal, values);
  values.set(strange, normal.length * size);
  const positive = Uint8Array.from(
    { length: normal.length + count },
    (_, i) => i < normal.length ? 0 : 1,
  );
  const aurocOf = async (model: Model, score: string) =>
    auroc(rank(await scoresOf(model, score, values, images.shape), positive));
  const { build, defaults } = KINDS["knn"]!;
  const training = spread(split.training, Math.max(1, Math.floor(MOST_NEIGHBOUR_SAMPLES / size)));
  const spec = build({ inputShape: images.shape, images: training.length });
  const knn = await keepNeighbours(spec, images, { ...split, training });
  try {
    return {
      auroc: await aurocOf(model, score),
      knn: await aurocOf(knn, defaults.score),
      neighbours: training.length,
      strange: count,
      normal: normal.length,
    };
  } finally {
    knn.dispose();
  }
}

async function keepNeighbours(spec: KindSpec, images: ImageSet, split: Split): Promise<Model> {
  const data = { images, classes: new Int32Array(images.count).fill(-1), split };
  const nothing = { epochs: 0, batch: 1, learningRate: 0, patience: 0, random: new Random(0) };
  return (await fitKind(spec, data, nothing)).model;
}

async function scoresOf(
  model: Model,
  score: string,
  values: Float32Array,
  shape: readonly [number, number, number],
): Promise<Float64Array> {
  const size = shape[0] * shape[1] * shape[2], most = batchFor(shape);
  const scores = new Float64Array(values.length / size);
  for (let start = 0; start < scores.length; start += most) {
    const part = values.slice(start * size, (start + most) * size);
    const found = tf.tidy(() => {
      const x = tf.tensor4d(part, [part.length / size, ...shape]);
      return computeScores(model, x, [score])[0]!;
    });
    scores.set(boundScores(Float32Array.from(await found.data())), start);
    found.dispose();
  }
  return scores;
}

/** Some of many, evenly spread. */
function spread(indices: Uint32Array, most: number): Uint32Array {
  const count = Math.min(most, indices.length);
  return Uint32Array.from(
    { length: count },
    (_, i) => indices[Math.floor(i * indices.length / count)]!,
  );
}
