/** The small convolutional classifier: a part of models that learn from labels. */

import type { Tensor, Tensor1D, Tensor2D } from "../../compute/mod.ts";
import type { Random } from "../../random.ts";
import type { ImageShape } from "../../shape.ts";
import type { TrainingPass } from "../../training/mod.ts";
import { Network } from "../network/network.ts";
import { NetworkModel } from "../network/network_model.ts";
import { crossEntropy } from "./cross_entropy.ts";
import { classifierChains } from "./spec.ts";

/** Share of a target that all classes have in common. */
const SMOOTHING = 0.05;

/** The classifier on the current backend: it learns any classes of images, labels or kinds of damage. */
export class Classifier extends NetworkModel {
  readonly networks: readonly Network[];
  /** All operations are ours. */
  readonly traceable = true;
  readonly #body: Network;
  readonly #head: Network;

  /**
   * @param inputShape Shape of an image.
   * @param classes Number of classes.
   * @param random Source of the initial values.
   */
  constructor(inputShape: ImageShape, classes: number, random: Random) {
    super();
    const { body, head } = classifierChains(inputShape, classes);
    this.#body = new Network(body, random);
    this.#head = new Network(head, random);
    this.networks = [this.#body, this.#head];
  }

  /** The embedding of images, `[batch, EMBEDDING]`. */
  embed(x: Tensor, pass?: TrainingPass): Tensor2D {
    return this.#body.apply(x, pass) as Tensor2D;
  }

  /** The logits of embeddings, `[batch, classes]`. */
  logits(embedding: Tensor, pass?: TrainingPass): Tensor2D {
    return this.#head.apply(embedding, pass) as Tensor2D;
  }

  /**
   * The loss: the cross-entropy with smoothed targets.
   *
   * @param x Images, `[batch, height, width, channels]`.
   * @param classes Index of each image's class; all are known.
   * @param pass Statistics of a training step. @default {the running statistics}
   * @returns Nats, `[batch]`.
   */
  loss(x: Tensor, classes: Int32Array, pass?: TrainingPass): Tensor1D {
    return crossEntropy(this.logits(this.embed(x, pass), pass), classes, SMOOTHING);
  }
}
