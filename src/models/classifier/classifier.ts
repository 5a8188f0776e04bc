/** The small convolutional classifier: a part of models that learn from labels. */

import type { Tensor, Tensor1D, Tensor2D } from "../../compute/mod.ts";
import type { Activation } from "../../compute/names.ts";
import type { Random } from "../../random.ts";
import type { ImageShape } from "../../shape.ts";
import type { GradientModel, LabelledBatch, TrainingPass } from "../../training/mod.ts";
import { Network } from "../network/network.ts";
import { NetworkModel } from "../network/network_model.ts";
import { crossEntropy } from "./cross_entropy.ts";
import { classifierChains } from "./spec.ts";

/** Share of a target that all classes have in common. */
const SMOOTHING = 0.05;

/** The classifier on the current backend: it learns any classes of images, labels or kinds of damage. */
export class Classifier extends NetworkModel implements GradientModel {
  readonly networks: readonly Network[];
  /** All operations are ours. */
  readonly traceable = true;
  readonly #body: Network;
  readonly #head: Network;

  /**
   * @param inputShape Shape of an image.
   * @param classes Number of classes.
   * @param random Source of the initial values.
   * @param activation Activation of the embedding. @default {"linear"}
   */
  constructor(inputShape: ImageShape, classes: number, random: Random, activation?: Activation) {
    super();
    const { body, head } = classifierChains(inputShape, classes, activation);
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

  /** The cross-entropy of each image's class with smoothed targets, nats, `[batch]`; all classes are known. */
  trainingLoss(
    { x, classes }: Pick<LabelledBatch, "x" | "classes">,
    pass: TrainingPass,
  ): Tensor1D {
    return this.#loss(pass.input ?? x, classes, pass);
  }

  /** The same loss without random draws, nats, `[batch]`; all classes are known. */
  validationLoss(x: Tensor, classes: Int32Array): Tensor1D {
    return this.#loss(x, classes);
  }

  #loss(x: Tensor, classes: Int32Array, pass?: TrainingPass): Tensor1D {
    return crossEntropy(this.logits(this.embed(x, pass), pass), classes, SMOOTHING);
  }
}
