/**
 * A dense layer whose matrix is split over the members of a group (Shoeybi et al. 2019, "Megatron-LM",
 * arXiv 1909.08053, section 3; there each member has the whole batch everywhere, here it has a share of
 * the batch outside of the layer).
 *
 * Each member multiplies the whole batch by its shard of the matrix. The members exchange activations,
 * never the matrix, and no member needs the gradient of another one's shard.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { LossOutput, PixelLoss } from "../names.ts";
import { type KernelTable, runKernel, runKernels } from "./_kernel.ts";
import { activate, type Activation, throughActivation } from "./activation.ts";
import { dense } from "./dense.ts";
import { type LossAttributes, lossAttributes, refuseGradient } from "./losses.ts";

/**
 * Collective operations on matrices with one row per image. A member owns the rows of its images, or a
 * share of the columns. All members call the same operation together.
 */
export interface Collectives {
  /** Gathers all rows from the members' rows. */
  allGather(own: tf.Tensor): tf.Tensor;
  /** Exchanges a member's rows for all rows of its columns; those of the same numbers once per step. */
  rowsToColumns(own: tf.Tensor): tf.Tensor;
  /** Exchanges all rows of a member's columns for all columns of its rows. */
  columnsToRows(own: tf.Tensor, columns: number): tf.Tensor;
  /** Sums matrices of all rows; returns a member's rows of the sum. */
  reduceScatter(own: tf.Tensor): tf.Tensor;
}

/** A member's shard of a dense layer's matrix. */
export interface DenseShard {
  /** Axis of the matrix that is split: rows (one per input) or columns (one per unit). */
  readonly split: "inputs" | "outputs";
  /** `[inputs, units]` of the whole matrix. */
  readonly shape: readonly [number, number];
  /** First row or column of the shard. */
  readonly from: number;
  /** Weights of the shard. */
  readonly weights: tf.Variable;
  /** Exchange of inputs and outputs. */
  readonly collectives: Collectives;
  /**
   * Receives the shard's gradient as the factors of aᵀ b.
   *
   * @param a Input of the shard, all rows.
   * @param b Gradient of its output, all rows.
   */
  setGradient(a: tf.Tensor, b: tf.Tensor): void;
}

/** Attributes of the kernel. */
interface ShardedDenseAttributes {
  readonly shard: DenseShard;
  readonly activation: Activation;
  /** The shard's input, left by the forward pass. */
  readonly saved: { x?: tf.Tensor };
}

/**
 * activation(x * kernel + bias), computed by a group.
 *
 * The kernel's gradient is not on the tape: `shard.setGradient` receives its factors.
 *
 * @param x `[own images, inputs]`.
 * @param shard This member's shard of the kernel.
 * @param bias `[units]`.
 * @param activation Non-linearity.
 * @returns `[own images, units]`.
 */
export function shardedDense(
  x: tf.Tensor,
  shard: DenseShard,
  bias: tf.Tensor,
  activation: Activation,
): tf.Tensor {
  const attributes: ShardedDenseAttributes = { shard, activation, saved: {} };
  return runKernel("StrayShardedDense", { x, bias }, { ...attributes });
}

/** Attributes of the kernel of the loss. */
interface ShardedDenseLossAttributes extends LossAttributes {
  readonly shard: DenseShard;
  /** The layer's input, left by the forward pass. */
  readonly saved: { x?: tf.Tensor };
}

/**
 * The reconstruction loss of a linear layer's output, `pixelLoss(target, x * kernel + bias)`, computed by a
 * group: members compare the columns of their shards, so that neither outputs nor their gradients are exchanged.
 *
 * The kernel's gradient is not on the tape: `shard.setGradient` receives its factors.
 *
 * @param x `[own images, inputs]`.
 * @param shard This member's shard of the kernel, split by outputs.
 * @param bias `[units]`.
 * @param target Images in [0, 1] unless the output is linear, `[own images, units]`; no gradient flows into
 * them.
 * @param loss The loss, any but `ssim`.
 * @param output Maps the layer's output to pixels.
 * @returns `[own images]`, of which only the sum over the group has a meaning: a member's losses are those of
 * all images in its columns, in equal parts. Their gradients must be equal.
 */
export function shardedDenseLoss(
  x: tf.Tensor,
  shard: DenseShard,
  bias: tf.Tensor,
  target: tf.Tensor,
  loss: PixelLoss,
  output: LossOutput = "sigmoid",
): tf.Tensor1D {
  const attributes = { ...lossAttributes(loss, output), shard, saved: {} };
  const [losses] = runKernels("StrayShardedDenseLoss", { x, bias, target }, attributes);
  return losses as tf.Tensor1D;
}

/** The kernels on every backend, composed of exchanges and products. */
export const PLAIN_SHARDED_DENSE: KernelTable = {
  StrayShardedDense: ({ x, bias }, attributes) => {
    const { shard, activation, saved } = attributes as unknown as ShardedDenseAttributes;
    const { split, collectives, weights, from } = shard;
    return tf.tidy(() => {
      if (split === "inputs") {
        saved.x = tf.keep(collectives.rowsToColumns(x!));
        const product = tf.matMul(saved.x as tf.Tensor2D, weights as tf.Tensor2D);
        return activate(tf.add(collectives.reduceScatter(product), bias!), activation);
      }
      saved.x = tf.keep(collectives.allGather(x!));
      const own = tf.slice(bias!, from, weights.shape[1]!);
      return collectives.columnsToRows(dense(saved.x, weights, own, activation), shard.shape[1]);
    });
  },
  StrayShardedDenseLoss: ({ x, bias, target }, attributes) => {
    const { shard, saved, ...loss } = attributes as unknown as ShardedDenseLossAttributes;
    const { collectives, weights, from } = shard;
    return tf.tidy(() => {
      saved.x = tf.keep(collectives.allGather(x!));
      const own = tf.slice(bias!, from, weights.shape[1]!);
      const inputs = {
        x: collectives.rowsToColumns(target!),
        logits: dense(saved.x, weights, own, "linear"),
      };
      const [losses, gradients] = runKernels("StrayPixelLossAndGradient", inputs, { ...loss });
      const images = x!.shape[0]!;
      return [tf.fill([images], tf.sum(losses!).dataSync()[0]! / images), gradients!];
    });
  },
};

/** The gradient of the loss. */
export const SHARDED_DENSE_LOSS_GRADIENT: tf.GradConfig = {
  kernelName: "StrayShardedDenseLoss",
  inputsToSave: ["bias"],
  outputsToSave: [false, true],
  gradFunc: (dys, saved, attributes) => {
    const { shard, saved: { x } } = attributes as unknown as ShardedDenseLossAttributes;
    const { collectives, weights, from } = shard;
    const [dy] = dys as tf.Tensor[], [bias, gradients] = saved as [tf.Tensor, tf.Tensor];
    const ofAll = tf.fill([gradients.shape[0]!], dy!.dataSync()[0]!);
    const dz = tf.keep(runKernel("StrayScaleGradients", { dy: ofAll, gradients }));
    shard.setGradient(x!, dz);
    return {
      x: () => {
        const dx = tf.matMul(dz as tf.Tensor2D, weights as tf.Tensor2D, false, true);
        return collectives.reduceScatter(dx);
      },
      // Zeros for the units of other members, as gradients are summed over the group.
      bias: () => {
        const own = runKernel("StrayColumnSums", { x: dz });
        return tf.pad(own, [[from, bias.size - from - own.size]]);
      },
      target: refuseGradient,
    };
  },
};

/** The gradient of the layer. */
export const SHARDED_DENSE_GRADIENT: tf.GradConfig = {
  kernelName: "StrayShardedDense",
  outputsToSave: [true],
  gradFunc: (dy, outputs, attributes) => {
    const { shard, activation, saved } = attributes as unknown as ShardedDenseAttributes;
    const { split, collectives, weights, shape } = shard;
    const { dz, bias } = throughActivation(dy as tf.Tensor, outputs[0]!, activation);
    const all = split === "inputs" ? collectives.allGather(dz) : collectives.rowsToColumns(dz);
    shard.setGradient(saved.x!, tf.keep(all));
    return {
      x: () => {
        const dx = tf.matMul(all as tf.Tensor2D, weights as tf.Tensor2D, false, true);
        return split === "inputs"
          ? collectives.columnsToRows(dx, shape[0])
          : collectives.reduceScatter(dx);
      },
      bias,
    };
  },
};
