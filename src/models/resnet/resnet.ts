/** A small residual network that classifies labels: the supervised ceiling. */

import { type Tensor, type Tensor1D, tf } from "../../compute/mod.ts";
import { Random } from "../../random.ts";
import type { GradientModel, LabelledBatch, TrainingPass } from "../../training/mod.ts";
import { fitByGradients, restored } from "../fit_by_gradients.ts";
import type { Model } from "../model.ts";
import type { ModelImplementation } from "../model_type.ts";
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
   * arXiv 1610.02136), and `class:NAME`, the probability of a label.
   */
  scores(names: readonly string[], x: Tensor): Tensor1D[] {
    const probabilities = once(() => tf.softmax(this.#head.apply(this.encode(x))));
    return names.map((name) => {
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
}

/** The computing part of the type. */
export const RESNET_IMPLEMENTATION: ModelImplementation<ResnetSpec> = {
  open: (spec, weights) => restored(new Resnet(spec, new Random(0)), weights),
  fit: (spec, data, context) => fitByGradients(new Resnet(spec, context.random), data, context),
};
