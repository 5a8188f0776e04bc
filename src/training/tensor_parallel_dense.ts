/** Dense layers whose matrices are sharded over the members of a group. */

import {
  dense,
  type DenseShard,
  heapView,
  lossTerms,
  shardedDense,
  shardedDenseLoss,
  type Tensor,
  tf,
  type Variable,
} from "../compute/mod.ts";
import { sizeOf } from "../shape.ts";
import { panelBounds } from "./batches.ts";
import { GroupCollectives } from "./collectives.ts";
import type { DenseLayers } from "./learner.ts";
import type { Parameter, ParameterShape } from "./parameter.ts";
import type { GroupCapacity, ProcessGroup } from "./process_group.ts";

/**
 * Fewest weights of a sharded matrix. On two threads, two matrices of 784 x 256 at 128 images take 12 %
 * less processor time sharded than whole, matrices of 22500 x 256 a fifth less.
 */
const MIN_WEIGHTS = 1 << 17;
/** Minimum ratio of a matrix's weights to its activations (in + out) per step. */
const MIN_RATIO = 1.5;
/** Largest batch relative to the batch size: a small last batch joins the one before. */
const LARGEST_BATCH = 9 / 8;

/** Whether to shard a parameter. */
function isSharded({ shape, dense, trainable }: ParameterShape, batch: number): boolean {
  if (!dense || !trainable) return false;
  const [inputs, units] = shape as [number, number];
  return inputs * units >= Math.max(MIN_WEIGHTS, MIN_RATIO * batch * (inputs + units));
}

/**
 * Sizes of the buffers of a group that trains a model.
 *
 * @param parameters Parameters of the model.
 * @param batch Images per step.
 * @returns The sizes.
 */
export function capacityFor(parameters: readonly ParameterShape[], batch: number): GroupCapacity {
  let count = 0, widest = 0;
  for (const parameter of parameters) {
    const { shape, trainable } = parameter;
    if (trainable) count += sizeOf(shape);
    if (isSharded(parameter, batch)) widest = Math.max(widest, ...shape);
  }
  return { parameters: count, activations: widest * Math.ceil(batch * LARGEST_BATCH) };
}

/** A member's shard of a matrix in training. */
export class DenseWeightShard implements DenseShard {
  readonly split: "inputs" | "outputs";
  readonly shape: readonly [number, number];
  readonly from: number;
  readonly weights: Variable;
  readonly collectives: GroupCollectives;
  /** The whole matrix. It is out of date until the optimiser gathers the shards. */
  readonly kernel: Variable;
  /** The shard in memory: `length` numbers from `start` on in each of `rows` rows of `stride` numbers. */
  readonly #layout: Readonly<Record<"rows" | "stride" | "start" | "length", number>>;
  #factors: { readonly a: Tensor; readonly b: Tensor } | undefined;

  /**
   * @param kernel The whole matrix.
   * @param collectives Exchange of activations.
   * @param group View of this member.
   */
  constructor(kernel: Variable, collectives: GroupCollectives, group: ProcessGroup) {
    this.kernel = kernel;
    this.collectives = collectives;
    const [inputs, units] = this.shape = kernel.shape as [number, number];
    this.split = inputs > units ? "inputs" : "outputs";
    const { from, to } = panelBounds(Math.max(inputs, units), group), count = to - from;
    this.from = from;
    this.#layout = this.split === "inputs"
      ? { rows: 1, stride: inputs * units, start: from * units, length: count * units }
      : { rows: inputs, stride: units, start: from, length: count };
    const shape = this.split === "inputs" ? [count, units] : [inputs, count];
    this.weights = tf.tidy(() => tf.variable(tf.tensor(this.take(heapView(kernel)), shape)));
  }

  setGradient(a: Tensor, b: Tensor): void {
    this.#factors = { a, b };
  }

  /** Computes the last step's gradient, once per step. */
  gradient(): Tensor {
    const { a, b } = this.#factors!;
    this.#factors = undefined;
    const gradient = tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D, true, false);
    tf.dispose([a, b]);
    return gradient;
  }

  /** Copies the numbers of the shard from the whole matrix. */
  take(whole: Float32Array): Float32Array {
    const { rows, stride, start, length } = this.#layout;
    const own = new Float32Array(rows * length);
    for (let row = 0; row < rows; row++) {
      const from = row * stride + start;
      own.set(whole.subarray(from, from + length), row * length);
    }
    return own;
  }

  /** Copies the numbers of the shard to their place in the whole matrix. */
  put(own: Float32Array, whole: Float32Array): void {
    const { rows, stride, start, length } = this.#layout;
    for (let row = 0; row < rows; row++) {
      whole.set(own.subarray(row * length, (row + 1) * length), row * stride + start);
    }
  }

  /** Frees the shard and an unused gradient; a second call does nothing. */
  dispose(): void {
    if (this.weights.isDisposed) return;
    this.weights.dispose();
    if (this.#factors) tf.dispose([this.#factors.a, this.#factors.b]);
  }
}

/** The sharded dense layers of a model. */
export class TensorParallelDense {
  /** Shards in the order of the layers; none in a single process. */
  readonly shards: readonly DenseWeightShard[];
  readonly #collectives: GroupCollectives;
  readonly #byKernel: ReadonlyMap<Tensor, DenseWeightShard>;

  /**
   * @param parameters Parameters of the model; matrices that are large enough are sharded.
   * @param batch Images per step.
   * @param group View of this member.
   */
  constructor(parameters: readonly Parameter[], batch: number, group: ProcessGroup) {
    this.#collectives = new GroupCollectives(group);
    const sharded = group.size > 1 ? parameters.filter((each) => isSharded(each, batch)) : [];
    this.shards = sharded.map(({ value }) => new DenseWeightShard(value, this.#collectives, group));
    this.#byKernel = new Map(this.shards.map((shard) => [shard.kernel, shard]));
  }

  /**
   * Makes the functions that run the dense layers of a step.
   *
   * @param batch Images of the step, on all members.
   * @returns Functions that run sharded layers by the group, all others by this member.
   */
  layers(batch: number): DenseLayers {
    this.#collectives.begin(batch);
    return {
      run: (x, kernel, bias, activation) => {
        const shard = this.#byKernel.get(kernel);
        return shard
          ? shardedDense(x, shard, bias, activation)
          : dense(x, kernel, bias, activation);
      },
      sharesLoss: (kernel, loss) =>
        this.#byKernel.get(kernel)?.split === "outputs" && lossTerms(loss).name !== "ssim",
      loss: (x, kernel, bias, target, loss, output) =>
        shardedDenseLoss(x, this.#byKernel.get(kernel)!, bias, target, loss, output),
    };
  }
}
