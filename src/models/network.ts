/** A network: a list of layers with its parameters, run on the current backend. */

import { type Tensor, type Tensor4D, tf, upsampleBilinear, type Variable } from "../compute/mod.ts";
import type { Random } from "../random.ts";
import { type Activation, type Layer, outputShape, parameterSpecs, sizeOf } from "./layers.ts";

/** Added to a variance before its root (the default of PyTorch). */
const EPSILON = 1e-5;
/** The weight of a new batch in the running statistics (the default of PyTorch). */
const MOMENTUM = 0.1;

/** A batch's statistics, to be merged into the running ones after the step. */
export interface Moments {
  /** The parameter names' prefix. */
  readonly layer: string;
  /** Mean of each channel. */
  readonly mean: Tensor;
  /** Unbiased variance of each channel. */
  readonly variance: Tensor;
}

/** A parameter: its value, and whether it is trained. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly trainable: boolean;
  readonly value: Variable;
}

/** A list of layers with parameters. */
export class Network {
  /** The shape that goes in, without the batch. */
  readonly inputShape: readonly number[];
  /** The shape that comes out, without the batch. */
  readonly outputShape: readonly number[];
  /** All parameters, in the order of the layers. */
  readonly parameters: readonly Parameter[];
  readonly #layers: readonly Layer[];
  readonly #values = new Map<string, Variable>();
  readonly #prefix: string;

  /**
   * @param prefix What the parameters' names start with.
   * @param layers The layers.
   * @param inputShape The shape that goes in, without the batch.
   * @param random Where the initial values come from.
   * @throws {TypeError} If a layer cannot take the shape that reaches it.
   */
  constructor(
    prefix: string,
    layers: readonly Layer[],
    inputShape: readonly number[],
    random: Random,
  ) {
    this.#prefix = prefix;
    this.#layers = layers;
    this.inputShape = inputShape;
    const parameters: Parameter[] = [];
    let shape = inputShape;
    layers.forEach((layer, i) => {
      const next = outputShape(layer, shape);
      for (const spec of parameterSpecs(layer, shape)) {
        const name = `${this.#name(i)}/${spec.name}`;
        const values = new Float32Array(sizeOf(spec.shape));
        if (spec.init === "ones") values.fill(1);
        else if (spec.init !== "zeros") {
          // Glorot and Bengio 2010, equation 16.
          const limit = Math.sqrt(6 / (spec.init.fanIn + spec.init.fanOut));
          for (let j = 0; j < values.length; j++) values[j] = (2 * random.uniform() - 1) * limit;
        }
        const value = tf.tidy(() =>
          tf.variable(tf.tensor(values, [...spec.shape]), spec.trainable)
        );
        this.#values.set(name, value);
        parameters.push({ name, shape: spec.shape, trainable: spec.trainable, value });
      }
      shape = next;
    });
    this.outputShape = shape;
    this.parameters = parameters;
  }

  #name(layer: number): string {
    return `${this.#prefix}/${layer}_${this.#layers[layer]!.type}`;
  }

  /**
   * Runs the layers.
   *
   * @param x A batch, `[batch, ...inputShape]`.
   * @param moments Where a training step collects the batch statistics. Without it the network runs
   * as in use: batch normalisation by the running statistics, so that a score does not depend on the
   * batch.
   * @returns `[batch, ...outputShape]`.
   */
  apply(x: Tensor, moments?: Moments[]): Tensor {
    let shape = this.inputShape;
    this.#layers.forEach((layer, i) => {
      shape = outputShape(layer, shape);
      x = this.#applyLayer(layer, i, x, shape, moments);
    });
    return x;
  }

  #applyLayer(
    layer: Layer,
    index: number,
    x: Tensor,
    shape: readonly number[],
    moments: Moments[] | undefined,
  ): Tensor {
    const name = this.#name(index);
    const parameter = (part: string) => this.#values.get(`${name}/${part}`)!;
    const batch = x.shape[0]!;
    switch (layer.type) {
      case "conv2d": {
        const kernel = parameter("kernel") as Tensor as Tensor4D;
        let y = tf.conv2d(
          x as Tensor4D,
          kernel,
          layer.stride,
          layer.pad,
          "NHWC",
          1,
          "floor",
        ) as Tensor;
        if (layer.bias) y = tf.add(y, parameter("bias"));
        return activate(y, layer.activation);
      }
      case "conv2dTranspose": {
        const kernel = parameter("kernel") as Tensor as Tensor4D;
        const out: [number, number, number, number] = [batch, shape[0]!, shape[1]!, shape[2]!];
        let y = tf.conv2dTranspose(
          x as Tensor4D,
          kernel,
          out,
          layer.stride,
          layer.pad,
          "floor",
        ) as Tensor;
        if (layer.bias) y = tf.add(y, parameter("bias"));
        return activate(y, layer.activation);
      }
      case "dense":
        return activate(
          tf.add(tf.matMul(x, parameter("kernel") as Tensor), parameter("bias")),
          layer.activation,
        );
      case "batchNorm": {
        const gamma = parameter("gamma"), beta = parameter("beta");
        if (!moments) return normalise(x, parameter("mean"), parameter("variance"), gamma, beta);
        const axes = x.shape.map((_, axis) => axis).slice(0, -1);
        const mean = tf.mean(x, axes);
        const variance = tf.mean(tf.square(tf.sub(x, mean)), axes);
        const count = x.size / x.shape.at(-1)!;
        moments.push({
          layer: name,
          mean: tf.keep(mean.clone()),
          variance: tf.keep(tf.mul(variance, count / Math.max(1, count - 1))),
        });
        return normalise(x, mean, variance, gamma, beta);
      }
      case "activation":
        return activate(x, layer.activation);
      case "upsample":
        return upsampleBilinear(x as Tensor4D, layer.factor);
      case "reshape":
        return tf.reshape(x, [batch, ...layer.shape]);
    }
  }

  /**
   * Merges a step's batch statistics into the running ones, and disposes of them.
   *
   * @param moments What `apply` collected.
   */
  update(moments: readonly Moments[]): void {
    for (const { layer, mean, variance } of moments) {
      this.#blend(`${layer}/mean`, mean);
      this.#blend(`${layer}/variance`, variance);
    }
  }

  #blend(name: string, value: Tensor): void {
    const running = this.#values.get(name);
    if (!running) return;
    tf.tidy(() => running.assign(tf.add(tf.mul(running, 1 - MOMENTUM), tf.mul(value, MOMENTUM))));
    value.dispose();
  }

  /** Frees the parameters. */
  dispose(): void {
    for (const { value } of this.parameters) value.dispose();
  }
}

/** Batch normalisation with given statistics, differentiable in all of them. */
function normalise(x: Tensor, mean: Tensor, variance: Tensor, gamma: Tensor, beta: Tensor): Tensor {
  const scale = tf.mul(gamma, tf.rsqrt(tf.add(variance, EPSILON)));
  return tf.add(tf.mul(x, scale), tf.sub(beta, tf.mul(mean, scale)));
}

function activate(x: Tensor, activation: Activation): Tensor {
  switch (activation) {
    case "linear":
      return x;
    case "relu":
      return tf.relu(x);
    case "selu":
      return tf.selu(x);
    case "sigmoid":
      return tf.sigmoid(x);
    case "tanh":
      return tf.tanh(x);
  }
}
