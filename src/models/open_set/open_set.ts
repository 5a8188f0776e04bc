/** Open-set recognition by the directions of edges and the embedding of a classifier. */

import type { Tensor, Tensor1D } from "../../compute/mod.ts";
import { Random } from "../../random.ts";
import { spread } from "../../spread.ts";
import { divideWork, gradientLearner, learn, type LearningData } from "../../training/mod.ts";
import { Classifier } from "../classifier/classifier.ts";
import { maxLogitScore } from "../classifier/max_logit.ts";
import { EMBEDDING } from "../classifier/spec.ts";
import type { Model, StoredWeights, Weights } from "../model.ts";
import type { FitContext, FittedModel, ModelImplementation } from "../model_type.ts";
import {
  EmbeddingNeighbours,
  embeddingTask,
  storedEmbeddings,
} from "../neighbours/embedding_neighbours.ts";
import { once } from "../network/lazy_errors.ts";
import { weightsOf } from "../network/parameters.ts";
import { measureUnits, type ScoreUnit, sumInUnits } from "../score_units.ts";
import { ClassMargin, marginTask, storedMargin } from "./class_margin.ts";
import { meanOverViews } from "./shifted_views.ts";
import type { OpenSetSpec } from "./spec.ts";

/** Location and spread of the scores of normal images: margin, then embedding. */
const NORMAL = "normal";
/** Units of `margin` and `embedding` on MNIST. */
const USUAL: readonly ScoreUnit[] = [[-1, 0.36], [-0.46, 0.235]];

/** The parts of the model. */
interface Parts {
  readonly classifier: Classifier;
  readonly margin: ClassMargin;
  readonly embedding: EmbeddingNeighbours;
}

/**
 * Neighbours in two spaces, of images with labels.
 *
 * `margin` compares the directions of edges, class by class ({@linkcode ClassMargin}); `embedding` compares
 * what a classifier of the labels has learnt ({@linkcode EmbeddingNeighbours}), on average over an image and
 * the same shifted, where the spec says so. `open-set` is their sum, each less its median over normal images
 * and divided by the distance from there to its 90th percentile.
 */
export class OpenSet implements Model {
  readonly spec: OpenSetSpec;
  readonly #parts: Parts;
  readonly #normal: Float32Array;

  /**
   * @param spec The model as data.
   * @param parts The parts; disposed of with the model.
   * @param normal Median and spread of `margin`, then of `embedding`, over normal images.
   * @throws {TypeError} If these are not 4 numbers, or views are shifted by more than the shorter side.
   */
  constructor(spec: OpenSetSpec, parts: Parts, normal: Float32Array) {
    if (normal.length !== 4) {
      throw new TypeError(
        `Cannot use "${NORMAL}" as its length must be 4: current length is ${normal.length}`,
      );
    }
    const { inputShape: [height, width], shift = 0 } = spec, most = Math.min(height, width);
    if (shift > most) {
      throw new TypeError(
        `Cannot use "shift" as it must be at most ${most}: current value is ${shift}`,
      );
    }
    this.spec = spec;
    this.#parts = parts;
    this.#normal = normal;
  }

  /** The layer before the logits of the classifier, `[batch, EMBEDDING]`. */
  encode(x: Tensor): Tensor {
    return this.#parts.classifier.embed(x);
  }

  /** The cross-entropy of each image's label, nats, `[batch]`; all labels are known. */
  validationLoss(x: Tensor, classes: Int32Array): Tensor1D {
    return this.#parts.classifier.validationLoss(x, classes);
  }

  /** Computes scores. */
  scores(names: readonly string[], x: Tensor): Tensor1D[] {
    const { classifier, margin } = this.#parts, { shift } = this.spec;
    const edges = once(() => margin.score(x));
    const near = once(() => embeddingScore(this.#parts, x, shift));
    return names.map((name) => {
      switch (name) {
        case "margin":
          return edges();
        case "embedding":
          return near();
        case "max-logit":
          return maxLogitScore(classifier.logits(classifier.embed(x)));
        default:
          return sumInUnits([edges(), near()], this.#normal);
      }
    });
  }

  /** All numbers. */
  async snapshot(): Promise<Weights> {
    const { classifier, margin, embedding } = this.#parts;
    return new Map([
      ...await classifier.snapshot(),
      ...margin.weights(),
      ...embedding.weights(),
      [NORMAL, { shape: [2, 2], data: this.#normal }] as const,
    ]);
  }

  /** Frees all values. */
  dispose(): void {
    const { classifier, margin, embedding } = this.#parts;
    for (const part of [classifier, margin, embedding]) part.dispose();
  }
}

/** The distance of the mean embedding over the views of an image to those of the kept images, `[batch]`. */
function embeddingScore(
  { classifier, embedding }: Omit<Parts, "margin">,
  x: Tensor,
  shift: number | undefined,
): Tensor1D {
  return embedding.score(meanOverViews(x, shift, (view) => classifier.embed(view)));
}

/** Trains the classifier, then keeps images. */
async function fit(
  spec: OpenSetSpec,
  data: LearningData,
  context: FitContext,
): Promise<FittedModel> {
  const { inputShape, classes, keep = Infinity } = spec, { random, group } = context;
  // Before training, which resumed draws other numbers.
  const directions = random.fork();
  const classifier = new Classifier(inputShape, classes.length, random);
  const parts: Parts[keyof Parts][] = [classifier];
  try {
    const start = (resume: FitContext["resume"]) =>
      gradientLearner(classifier, { ...context, resume });
    const result = await learn(start, data, { ...context, watch: undefined });
    const { images, split: { training } } = data;
    const kept = spread(training, keep)
      .sort((a, b) => data.classes[a]! - data.classes[b]! || a - b);
    const embed = (x: Tensor) => classifier.embed(x);
    const [edges, embeddings] = await divideWork([
      marginTask(spec, data, kept, directions),
      embeddingTask(images, kept, EMBEDDING, embed),
    ], group);
    const margin = new ClassMargin(spec, edges);
    parts.push(margin);
    const embedding = new EmbeddingNeighbours(embeddings, EMBEDDING);
    parts.push(embedding);
    // The images that validate are not kept, and the classifier only chose its epoch by them. No other image
    // is taken from the training. Few of them say little, and the models of folds, which calibrate, would
    // differ by their units: hence the usual ones.
    const normal = await measureUnits(
      images,
      data.split.validation,
      USUAL,
      (x) => [margin.score(x), embeddingScore({ classifier, embedding }, x, spec.shift)],
    );
    return { model: new OpenSet(spec, { classifier, margin, embedding }, normal), result };
  } catch (error) {
    for (const part of parts) part.dispose();
    throw error;
  }
}

/** Restores a stored model. */
function open(spec: OpenSetSpec, weights: StoredWeights): OpenSet {
  const classifier = new Classifier(spec.inputShape, spec.classes.length, new Random(0));
  const parts: Parts[keyof Parts][] = [classifier];
  try {
    const names = new Set(classifier.parameters.map(({ name }) => name));
    classifier.restore(new Map([...weights].filter(([name]) => names.has(name))));
    const margin = new ClassMargin(spec, storedMargin(weights));
    parts.push(margin);
    const embedding = new EmbeddingNeighbours(storedEmbeddings(weights), EMBEDDING);
    parts.push(embedding);
    return new OpenSet(spec, { classifier, margin, embedding }, weightsOf(weights, NORMAL));
  } catch (error) {
    for (const part of parts) part.dispose();
    throw error;
  }
}

/** The computing part of the type. */
export const OPEN_SET_IMPLEMENTATION: ModelImplementation<OpenSetSpec> = { open, fit };
