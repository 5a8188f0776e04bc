/** A small residual network that tells labels apart: what supervision can do. */

import { type Tensor, type Tensor1D, tf, type Variable } from "../compute/mod.ts";
import type { Random } from "../random.ts";
import { CLASS_SCORE } from "./kinds.ts";
import type { Layer } from "./layers.ts";
import type { Model, Weights } from "./model.ts";
import { type Moments, Network, type Parameter, type TrainingPass } from "./network.ts";
import { oneHot } from "./one_hot.ts";
import { copyParameters, setParameters } from "./parameters.ts";
import type { ResnetSpec } from "./spec.ts";

function conv(filters: number, kernel: number, stride: number): Layer {
  const pad = (kernel - 1) / 2;
  return { type: "conv2d", filters, kernel, stride, pad, bias: false, activation: "linear" };
}

const NORM: Layer = { type: "batchNorm" };
const RELU: Layer = { type: "activation", activation: "relu" };

/** A residual block: relu(main(x) + shortcut(x)); without a shortcut, x itself. */
interface Block {
  readonly main: Network;
  readonly shortcut?: Network;
}

/**
 * A residual network (He et al. 2016, arXiv 1512.03385, section 4.2, one block a stage; shortcuts that
 * change the shape are convolutions of 1 x 1, its option B).
 */
export class Resnet implements Model {
  readonly spec: ResnetSpec;
  readonly #stem: Network;
  readonly #blocks: Block[] = [];
  readonly #head: Network;

  /**
   * @param spec What it is.
   * @param random Where the initial values come from.
   */
  constructor(spec: ResnetSpec, random: Random) {
    this.spec = spec;
    const stem = [conv(spec.filters[0]!, 3, 1), NORM, RELU];
    this.#stem = new Network("stem", stem, spec.inputShape, random);
    let shape = this.#stem.outputShape;
    spec.filters.forEach((filters, i) => {
      const stride = i === 0 ? 1 : 2;
      const layers = [conv(filters, 3, stride), NORM, RELU, conv(filters, 3, 1), NORM];
      const main = new Network(`block${i}`, layers, shape, random);
      const changes = stride > 1 || shape.at(-1) !== filters;
      this.#blocks.push({
        main,
        ...(changes && {
          shortcut: new Network(`shortcut${i}`, [conv(filters, 1, stride), NORM], shape, random),
        }),
      });
      shape = main.outputShape;
    });
    const units = spec.classes.length;
    const head: Layer[] = [{ type: "dense", units, activation: "linear" }];
    this.#head = new Network("head", head, [shape.at(-1)!], random);
  }

  /** All parameters, trained or not, by name. */
  get parameters(): readonly Parameter[] {
    return this.#networks.flatMap(({ parameters }) => parameters);
  }

  /** What the optimiser moves. */
  get trainable(): Variable[] {
    return this.parameters.filter((p) => p.trainable).map((p) => p.value);
  }

  /**
   * The cross-entropy of each image's label.
   *
   * @param x Images, `[batch, ...inputShape]`.
   * @param classes Their labels' places, all known.
   * @param pass Of a training step; without it as in use.
   * @returns In nats, `[batch]`.
   */
  loss(x: Tensor, classes: Int32Array, pass?: TrainingPass): Tensor1D {
    const logits = this.#head.apply(this.encode(x, pass), pass);
    const label = oneHot(classes, this.spec.classes.length);
    return tf.neg(tf.sum(tf.mul(label, tf.logSoftmax(logits)), 1));
  }

  /** Merges a step's batch statistics into the running ones. */
  update(moments: readonly Moments[]): void {
    for (const network of this.#networks) {
      const prefix = network.parameters[0]!.name.split("/")[0]!;
      network.update(moments.filter(({ layer }) => layer.startsWith(`${prefix}/`)));
    }
  }

  /**
   * `uncertainty`, 1 - the probability of the likeliest label (Hendrycks and Gimpel 2017, arXiv
   * 1610.02136); `class:NAME`, the probability of a label.
   */
  score(name: string, x: Tensor): Tensor1D | undefined {
    const place = this.spec.classes.findIndex((label) => name === CLASS_SCORE + label);
    if (name !== "uncertainty" && place < 0) return undefined;
    const p = tf.softmax(this.#head.apply(this.encode(x)));
    if (place < 0) return tf.sub(1, tf.max(p, 1));
    return tf.reshape(tf.slice(p, [0, place], [-1, 1]), [-1]);
  }

  /** What the labels are told from: means of the last feature maps, `[batch, filters]`. */
  encode(x: Tensor, pass?: TrainingPass): Tensor {
    let y = this.#stem.apply(x, pass);
    for (const { main, shortcut } of this.#blocks) {
      y = tf.relu(tf.add(main.apply(y, pass), shortcut ? shortcut.apply(y, pass) : y));
    }
    return tf.mean(y, [1, 2]);
  }

  /** A copy of all parameters' values, by name. */
  snapshot(): Promise<Weights> {
    return copyParameters(this.parameters);
  }

  /** Sets all parameters. */
  restore(weights: ReadonlyMap<string, { shape: readonly number[]; data: Float32Array }>): void {
    setParameters(this.parameters, weights);
  }

  /** Frees the parameters. */
  dispose(): void {
    for (const network of this.#networks) network.dispose();
  }

  get #networks(): Network[] {
    const blocks = this.#blocks.flatMap(({ main, shortcut }) => shortcut ? [main, shortcut] : main);
    return [this.#stem, ...blocks, this.#head];
  }
}
