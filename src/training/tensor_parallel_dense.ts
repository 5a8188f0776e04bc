/** Dense layers whose matrices are split over a group, each member having a part of each. */

import {
  type Dense,
  dense,
  type DenseShard,
  heapView,
  shardedDense,
  type Tensor,
  tf,
  type Variable,
} from "../compute/mod.ts";
import type { Parameter, ParameterShape } from "./parameter.ts";
import { sizeOf } from "../shape.ts";
import { shareStart } from "./batches.ts";
import type { GroupCapacity, ProcessGroup } from "./process_group.ts";
import { GroupCollectives } from "./collectives.ts";

/**
 * Fewest weights of a matrix that is split. Two of 784 x 256 at 128 images in two threads take 12 % less
 * processor time split than whole, those of 22500 x 256 a fifth less.
 */
const LEAST_WEIGHTS = 1 << 17;
/** A matrix must have so many times the numbers that go in and come out of it in a step. */
const LEAST_RATIO = 1.5;
/** A batch has up to so many times the images that were asked for, as a small last one joins it. */
const LONGEST_BATCH = 9 / 8;

/** Whether a parameter is a matrix to split, at so many images a step. */
function isSplit({ shape, dense, trainable }: ParameterShape, batch: number): boolean {
  if (!dense || !trainable) return false;
  const [inputs, units] = shape as [number, number];
  return inputs * units >= Math.max(LEAST_WEIGHTS, LEAST_RATIO * batch * (inputs + units));
}

/**
 * The room that a group needs to train a model.
 *
 * @param parameters Those of the model.
 * @param batch Images a step.
 * @returns The room.
 */
export function capacityFor(
  parameters: readonly ParameterShape[],
  batch: number,
): GroupCapacity {
  let board = 0, widest = 0;
  for (const parameter of parameters) {
    const { shape, trainable } = parameter;
    if (trainable) board += sizeOf(shape);
    if (isSplit(parameter, batch)) widest = Math.max(widest, ...shape);
  }
  return { board, lane: widest * Math.ceil(batch * LONGEST_BATCH) };
}

/** A member's part of a matrix, while it is trained. */
export class TrainedShard implements DenseShard {
  readonly split: "inputs" | "outputs";
  readonly shape: readonly [number, number];
  readonly from: number;
  readonly weights: Variable;
  readonly spread: GroupCollectives;
  /** The whole matrix. It follows when the optimiser is told to. */
  readonly kernel: Variable;
  #factors: { readonly a: Tensor; readonly b: Tensor } | undefined;

  /**
   * @param kernel The matrix.
   * @param spread How members exchange rows.
   * @param group The member.
   */
  constructor(kernel: Variable, spread: GroupCollectives, { rank, size }: ProcessGroup) {
    this.kernel = kernel;
    this.spread = spread;
    const [inputs, units] = this.shape = kernel.shape as [number, number];
    this.split = inputs > units ? "inputs" : "outputs";
    const most = Math.max(inputs, units);
    this.from = shareStart(most, rank, size);
    const count = shareStart(most, rank + 1, size) - this.from;
    const shape = this.split === "inputs" ? [count, units] : [inputs, count];
    this.weights = tf.tidy(() => tf.variable(tf.tensor(this.take(heapView(kernel), count), shape)));
  }

  learn(a: Tensor, b: Tensor): void {
    this.#factors = { a, b };
  }

  /** The last step's gradient, once. */
  gradient(): Tensor {
    const { a, b } = this.#factors!;
    this.#factors = undefined;
    const gradient = tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D, true, false);
    tf.dispose([a, b]);
    return gradient;
  }

  /** This member's numbers of the whole matrix, as a copy. */
  take(whole: Float32Array, count = this.#count): Float32Array {
    const [inputs, units] = this.shape, from = this.from;
    if (this.split === "inputs") return whole.slice(from * units, (from + count) * units);
    const own = new Float32Array(inputs * count);
    for (let row = 0; row < inputs; row++) {
      own.set(whole.subarray(row * units + from, row * units + from + count), row * count);
    }
    return own;
  }

  /** Writes this member's numbers to where they are in the whole matrix. */
  put(own: Float32Array, whole: Float32Array): void {
    const [inputs, units] = this.shape, from = this.from, count = this.#count;
    if (this.split === "inputs") return whole.set(own, from * units);
    for (let row = 0; row < inputs; row++) {
      whole.set(own.subarray(row * count, (row + 1) * count), row * units + from);
    }
  }

  /** Frees the part, and a gradient that nobody has taken; a second time it does nothing. */
  dispose(): void {
    if (this.weights.isDisposed) return;
    this.weights.dispose();
    if (this.#factors) tf.dispose([this.#factors.a, this.#factors.b]);
  }

  get #count(): number {
    return this.weights.shape[this.split === "inputs" ? 0 : 1]!;
  }
}

/** The split layers of a model. */
export class TensorParallelDense {
  /** The parts, in the order of the layers; none for a member alone. */
  readonly parts: readonly TrainedShard[];
  readonly #spread: GroupCollectives;
  readonly #byKernel: ReadonlyMap<Tensor, TrainedShard>;

  /**
   * @param parameters Those of the model; matrices that are worth it are split.
   * @param batch Images a step.
   * @param group The member.
   */
  constructor(parameters: readonly Parameter[], batch: number, group: ProcessGroup) {
    this.#spread = new GroupCollectives(group);
    const split = group.size > 1 ? parameters.filter((each) => isSplit(each, batch)) : [];
    this.parts = split.map(({ value }) => new TrainedShard(value, this.#spread, group));
    this.#byKernel = new Map(this.parts.map((part) => [part.kernel, part]));
  }

  /**
   * Runs dense layers in a step.
   *
   * @param batch Images of the step.
   * @returns What runs them.
   */
  layers(batch: number): Dense {
    this.#spread.batch = batch;
    return (x, kernel, bias, activation) => {
      const part = this.#byKernel.get(kernel);
      return part ? shardedDense(x, part, bias, activation) : dense(x, kernel, bias, activation);
    };
  }
}
