/** A small residual network that classifies labels: the supervised ceiling. */

import { type Tensor, type Tensor1D, tf } from "../../compute/mod.ts";
import { Random } from "../../random.ts";
import { spread } from "../../spread.ts";
import {
  divideWork,
  type GradientModel,
  type LabelledBatch,
  type LearningData,
  type TrainingPass,
} from "../../training/mod.ts";
import { maxLogitScore } from "../classifier/max_logit.ts";
import { fitByGradients, restored } from "../fit_by_gradients.ts";
import type { Model, StoredWeights, Weights } from "../model.ts";
import type { FitContext, FittedModel, ModelImplementation } from "../model_type.ts";
import {
  EmbeddingNeighbours,
  embeddingTask,
  type EmbeddingValues,
  storedEmbeddings,
  withoutEmbeddings,
} from "../neighbours/embedding_neighbours.ts";
import { once } from "../network/lazy_errors.ts";
import { Network } from "../network/network.ts";
import { NetworkModel } from "../network/network_model.ts";
import { oneHot } from "../network/one_hot.ts";
import { CLASS_PREFIX } from "../scores.ts";
import { listBlocks, type ResidualBlock, resnetChains, type ResnetSpec } from "./spec.ts";

/**
 * A residual network (He et al. 2016, arXiv 1512.03385, section 4.2, one block per stage; shortcuts that
 * change the shape are 1 x 1 convolutions, its option B).
 */
export class Resnet extends NetworkModel implements Model, GradientModel {
  readonly spec: ResnetSpec;
  readonly networks: readonly Network[];
  /** Residual sums and the mean are operations of tfjs. */
  readonly traceable = false;
  readonly #stem: Network;
  readonly #blocks: readonly ResidualBlock<Network>[];
  readonly #head: Network;
  #neighbours: EmbeddingNeighbours | undefined;

  /**
   * @param spec The model as data.
   * @param random Source of the initial values.
   */
  constructor(spec: ResnetSpec, random: Random) {
    super();
    this.spec = spec;
    const { stem, blocks, head } = resnetChains(spec);
    this.#stem = new Network(stem, random);
    this.#blocks = blocks.map(({ main, shortcut }) => ({
      main: new Network(main, random),
      ...shortcut && { shortcut: new Network(shortcut, random) },
    }));
    this.#head = new Network(head, random);
    this.networks = [this.#stem, ...listBlocks(this.#blocks), this.#head];
  }

  /** The cross-entropy of each image's label as trained, nats, `[batch]`; all labels are known. */
  trainingLoss(
    { x, classes }: Pick<LabelledBatch, "x" | "classes">,
    pass: TrainingPass,
  ): Tensor1D {
    return this.#crossEntropy(pass.input ?? x, classes, pass);
  }

  /** The cross-entropy of each image's label without random draws, nats, `[batch]`; all labels are known. */
  validationLoss(x: Tensor, classes: Int32Array): Tensor1D {
    return this.#crossEntropy(x, classes);
  }

  #crossEntropy(x: Tensor, classes: Int32Array, pass?: TrainingPass): Tensor1D {
    const logits = this.#head.apply(this.encode(x, pass), pass);
    const label = oneHot(classes, this.spec.classes.length);
    return tf.neg(tf.sum(tf.mul(label, tf.logSoftmax(logits)), 1));
  }

  /**
   * Computes scores: `uncertainty`, 1 - the probability of the likeliest label (Hendrycks and Gimpel 2017,
   * arXiv 1610.02136), `class:NAME`, the probability of a label, `max-logit`, and `embedding`, the distance to
   * the nearest embeddings of training images.
   */
  scores(names: readonly string[], x: Tensor): Tensor1D[] {
    const embedding = once(() => this.encode(x)),
      logits = once(() => this.#head.apply(embedding()));
    const probabilities = once(() => tf.softmax(logits()));
    return names.map((name) => {
      if (name === "embedding" && this.#neighbours) return this.#neighbours.score(embedding());
      if (name === "max-logit") return maxLogitScore(logits());
      const p = probabilities();
      const place = this.spec.classes.findIndex((label) => name === CLASS_PREFIX + label);
      if (place < 0) return tf.sub(1, tf.max(p, 1));
      return tf.reshape(tf.slice(p, [0, place], [-1, 1]), [-1]);
    });
  }

  /** The features that are classified: means of the last feature maps, `[batch, filters]`. */
  encode(x: Tensor, pass?: TrainingPass): Tensor {
    let y = this.#stem.apply(x, pass);
    for (const { main, shortcut } of this.#blocks) {
      y = tf.relu(tf.add(main.apply(y, pass), shortcut ? shortcut.apply(y, pass) : y));
    }
    return tf.mean(y, [1, 2]);
  }

  /** Keeps embeddings to compare with; disposed of with the model. */
  remember(values: EmbeddingValues): void {
    this.#neighbours?.dispose();
    this.#neighbours = new EmbeddingNeighbours(values, this.spec.filters.at(-1)!);
  }

  /** Copies all values, by name. */
  override async snapshot(): Promise<Weights> {
    return new Map([...await super.snapshot(), ...this.#neighbours?.weights() ?? []]);
  }

  /** Frees the values. */
  override dispose(): void {
    super.dispose();
    this.#neighbours?.dispose();
  }
}

/** Restores a stored model; those of earlier versions keep no embeddings. */
function open(spec: ResnetSpec, weights: StoredWeights): Resnet {
  const model = restored(new Resnet(spec, new Random(0)), withoutEmbeddings(weights));
  if (spec.keep === undefined) return model;
  try {
    model.remember(storedEmbeddings(weights));
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** Trains the classifier, then keeps embeddings. */
async function fit(
  spec: ResnetSpec,
  data: LearningData,
  context: FitContext,
): Promise<FittedModel> {
  const model = new Resnet(spec, context.random);
  const { result } = await fitByGradients(model, data, context);
  if (spec.keep === undefined) return { model, result };
  const { images, split: { training } } = data;
  try {
    const kept = spread(training, spec.keep);
    const task = embeddingTask(images, kept, spec.filters.at(-1)!, (x) => model.encode(x));
    const [values] = await divideWork([task], context.group);
    model.remember(values);
    return { model, result };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** The computing part of the type. */
export const RESNET_IMPLEMENTATION: ModelImplementation<ResnetSpec> = { open, fit };
