/** A network: a list of layers with its parameters, run on the current backend. */

import {
  activate,
  addScaled,
  batchNorm,
  blendStatistics,
  constant,
  conv2d,
  conv2dTranspose,
  dense,
  type LossOutput,
  lstm,
  lstmSequence,
  maxPool,
  type PixelLoss,
  pixelLoss,
  reshape,
  scaled,
  scaleShift,
  type Tensor,
  type Tensor1D,
  tf,
  upsampleBilinear,
  type Variable,
} from "../../compute/mod.ts";
import type { Random } from "../../random.ts";
import type { LayerStatistics, Parameter, TrainingPass } from "../../training/mod.ts";
import { type Chain, chainParameters, layerPrefix } from "./chain.ts";
import { initialValues } from "./initialise.ts";
import { type Layer, outputShape } from "./layers.ts";

/** Added to a variance before its root (the default of PyTorch). */
const EPSILON = 1e-5;
/** The weight of a new batch in the running statistics (the default of PyTorch). */
const MOMENTUM = 0.1;

/** A layer, prepared to run. */
interface Stage {
  readonly layer: Layer;
  /** Name prefix of its parameters. */
  readonly name: string;
  /** Shape of its output, without the batch. */
  readonly shape: readonly number[];
  /** Whether a ReLU is fused into this normalisation. */
  readonly relu: boolean;
}

function isRelu(layer: Layer): boolean {
  return layer.type === "activation" && layer.activation === "relu";
}

/** A list of layers with parameters. */
export class Network {
  /** Shape of the input, without the batch. */
  readonly inputShape: readonly number[];
  /** Shape of the output, without the batch. */
  readonly outputShape: readonly number[];
  /** All parameters, in the order of the layers. */
  readonly parameters: readonly Parameter[];
  /** Whether the network consists of our operations alone, so that our tape can differentiate it. */
  readonly traceable: boolean;
  readonly #stages: readonly Stage[];
  readonly #values = new Map<string, Variable>();

  /**
   * Draws the initial values.
   *
   * @param chain The layers, their place and the shape of the input.
   * @param random Source of the initial values.
   * @throws {TypeError} If a layer cannot take the shape that reaches it.
   */
  constructor(chain: Chain, random: Random) {
    const { prefix, layers, inputShape } = chain;
    this.inputShape = inputShape;
    this.parameters = chainParameters(chain).map(({ init, ...parameter }) => {
      const values = initialValues({ shape: parameter.shape, init }, random);
      const value = tf.tidy(() =>
        tf.variable(tf.tensor(values, [...parameter.shape]), parameter.trainable)
      );
      this.#values.set(parameter.name, value);
      return { ...parameter, value };
    });
    const stages: Stage[] = [];
    let shape = inputShape;
    layers.forEach((layer, i) => {
      const before = stages.at(-1);
      if (isRelu(layer) && before?.layer.type === "batchNorm" && !before.relu) {
        stages[stages.length - 1] = { ...before, relu: true };
        return;
      }
      shape = outputShape(layer, shape);
      stages.push({ layer, name: layerPrefix(prefix, i, layer), shape, relu: false });
    });
    this.outputShape = shape;
    this.#stages = stages;
    this.traceable = layers.every(({ type }) => type !== "lstm" && type !== "repeat");
  }

  /**
   * Runs the layers.
   *
   * @param x A batch, `[batch, ...inputShape]`.
   * @param pass Randomness and statistics of a training step. Without it batch normalisation uses the
   * running statistics, so that a score does not depend on the batch.
   * @param from The first layer to run, `x` being its input; no earlier layer may be a ReLU after a
   * normalisation. @default {0}
   * @returns `[batch, ...outputShape]`.
   */
  apply(x: Tensor, pass?: TrainingPass, from = 0): Tensor {
    return this.#applyStages(x, pass, from, this.#stages.length);
  }

  /**
   * The reconstruction loss of the output in training: see `pixelLoss`.
   *
   * @param x A batch, `[batch, ...inputShape]`.
   * @param target Images of the output's shape.
   * @param loss The loss.
   * @param output Maps the network's output to pixels.
   * @param pass The step.
   * @returns `[batch]`; if the last layer is sharded over a group, only the sum over the group has a meaning.
   */
  reconstructionLoss(
    x: Tensor,
    target: Tensor,
    loss: PixelLoss,
    output: LossOutput | undefined,
    pass: TrainingPass,
  ): Tensor1D {
    const last = this.#stages.findLastIndex(({ layer }) => layer.type !== "reshape");
    const { layer, name } = this.#stages[last] ?? {};
    if (pass.dense && layer?.type === "dense" && layer.activation === "linear") {
      const [kernel, bias] = ["kernel", "bias"].map((part) => this.#values.get(`${name}/${part}`)!);
      if (pass.dense.sharesLoss(kernel!, loss)) {
        const features = this.#applyStages(x, pass, 0, last);
        return pass.dense.loss(features, kernel!, bias!, target, loss, output);
      }
    }
    return pixelLoss(target, this.apply(x, pass), loss, output);
  }

  #applyStages(x: Tensor, pass: TrainingPass | undefined, from: number, to: number): Tensor {
    for (let i = from; i < to; i++) {
      const stage = this.#stages[i]!;
      const fold = pass ? undefined : this.#foldable(i);
      x = fold ? this.#applyFolded(stage, fold, x) : this.#applyStage(stage, x, pass);
      if (fold) i++;
    }
    return x;
  }

  /** The normalisation after a linear convolution, which folds into it outside of training. */
  #foldable(index: number): Stage | undefined {
    const { layer } = this.#stages[index]!, next = this.#stages[index + 1];
    const convolution = layer.type === "conv2d" || layer.type === "conv2dTranspose";
    const linear = convolution && layer.activation === "linear";
    return linear && next?.layer.type === "batchNorm" ? next : undefined;
  }

  #applyFolded({ layer, name, shape }: Stage, norm: Stage, x: Tensor): Tensor {
    if (layer.type !== "conv2d" && layer.type !== "conv2dTranspose") {
      throw new TypeError(layer.type);
    }
    const { scale, shift } = this.#constants(norm.name);
    const kernel = this.#values.get(`${name}/kernel`)!, bias = this.#values.get(`${name}/bias`);
    const { stride, pad, filters } = layer;
    const options = { stride, pad, activation: norm.relu ? "relu" : "linear" } as const;
    const moved = bias ? tf.add(tf.mul(bias, scale), shift) : shift;
    return layer.type === "conv2d"
      ? conv2d(x, tf.mul(kernel, scale), moved, options)
      : conv2dTranspose(x, tf.mul(kernel, tf.reshape(scale, [filters, 1])), moved, options, shape);
  }

  /** The normalisation by running statistics as x * scale + shift, per channel. */
  #constants(name: string): { scale: Tensor; shift: Tensor } {
    const parameter = (part: string) => this.#values.get(`${name}/${part}`)!;
    const scale = tf.mul(parameter("gamma"), tf.rsqrt(tf.add(parameter("variance"), EPSILON)));
    return { scale, shift: tf.sub(parameter("beta"), tf.mul(parameter("mean"), scale)) };
  }

  #applyStage(
    { layer, name, shape, relu }: Stage,
    x: Tensor,
    pass: TrainingPass | undefined,
  ): Tensor {
    const parameter = (part: string) => this.#values.get(`${name}/${part}`);
    const required = (part: string) => this.#values.get(`${name}/${part}`)!;
    switch (layer.type) {
      case "conv2d":
        return conv2d(x, required("kernel"), parameter("bias"), layer);
      case "conv2dTranspose":
        return conv2dTranspose(x, required("kernel"), parameter("bias"), layer, shape);
      case "dense": {
        const channels = x.shape.at(-1)!;
        const rows = reshape(x, [x.size / channels, channels]);
        const run = pass?.dense?.run ?? dense;
        const y = run(rows, required("kernel"), required("bias"), layer.activation);
        return reshape(y, [x.shape[0]!, ...shape]);
      }
      case "maxPool":
        return maxPool(x, layer.size);
      case "lstm": {
        const parameters = {
          kernel: required("kernel"),
          recurrent: required("recurrent"),
          bias: required("bias"),
        };
        return layer.sequences ? lstmSequence(x, parameters) : lstm(x, parameters).at(-1)!;
      }
      case "repeat":
        // tfjs's tile is slow on wasm.
        return tf.add(tf.expandDims(x, 1), tf.zeros([1, layer.times, 1]));
      case "gaussianNoise":
        return pass ? addScaled(x, constant(pass.normal(x.shape)), layer.deviation) : x;
      case "dropout": {
        if (!pass) return x;
        const kept = tf.cast(tf.greaterEqual(pass.uniform(x.shape), layer.rate), "float32");
        return scaled(x, tf.div(kept, 1 - layer.rate));
      }
      case "batchNorm": {
        if (!pass) {
          const { scale, shift } = this.#constants(name);
          return scaleShift(x, scale, shift, relu ? "relu" : "linear");
        }
        const { y, mean, variance, count } = batchNorm(x, required("gamma"), required("beta"), {
          epsilon: EPSILON,
          activation: relu ? "relu" : "linear",
          reduce: pass.reduce,
        });
        pass.statistics.push({
          layer: name,
          mean: tf.keep(tf.clone(mean)),
          variance: tf.keep(tf.clone(variance)),
          count,
        });
        return y;
      }
      case "activation":
        return activate(x, layer.activation);
      case "upsample":
        return upsampleBilinear(x, layer.factor);
      case "reshape":
        return reshape(x, [x.shape[0]!, ...layer.shape]);
    }
  }

  /**
   * Merges a step's batch statistics into the running ones, and disposes of them.
   *
   * @param statistics Collected by `apply`; those of other networks are left alone.
   */
  update(statistics: readonly LayerStatistics[]): void {
    for (const batch of statistics) {
      const mean = this.#values.get(`${batch.layer}/mean`);
      const variance = this.#values.get(`${batch.layer}/variance`);
      if (!mean || !variance) continue;
      blendStatistics({ mean, variance }, batch, MOMENTUM);
      tf.dispose([batch.mean, batch.variance]);
    }
  }

  /** Frees the parameters. */
  dispose(): void {
    for (const { value } of this.parameters) value.dispose();
  }
}
