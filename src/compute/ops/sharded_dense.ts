/**
 * A dense layer whose matrix is split over the members of a group (Shoeybi et al. 2019, "Megatron-LM",
 * arXiv 1909.08053, section 3, where each member has the whole batch everywhere; here it has its share
 * outside of the layer).
 *
 * Each member multiplies the whole batch by its part of the matrix. What members exchange is of the size
 * of the batch, not of the matrix, and nobody needs the gradient of another's part.
 */

import * as tf from "@tensorflow/tfjs-core";
import { type KernelTable, runKernel } from "./_kernel.ts";
import { activate, type Activation, throughActivation } from "./activation.ts";
import { dense } from "./dense.ts";

/** How members exchange matrices with one row an image; all members call it alike. */
export interface Collectives {
  /** A member's rows to all rows. */
  gather(own: tf.Tensor): tf.Tensor;
  /** A member's rows to all rows of a member's columns. */
  toColumns(own: tf.Tensor): tf.Tensor;
  /** All rows of a member's columns to a member's rows. */
  toRows(own: tf.Tensor, columns: number): tf.Tensor;
  /** All rows of a member's summand to a member's rows of the sum. */
  sum(own: tf.Tensor): tf.Tensor;
}

/** A member's part of a dense layer's matrix. */
export interface DenseShard {
  /** Whether members have rows of the matrix, each being of an input, or columns. */
  readonly split: "inputs" | "outputs";
  /** `[inputs, units]` of the whole matrix. */
  readonly shape: readonly [number, number];
  /** The first row or column of this member. */
  readonly from: number;
  /** The part. */
  readonly weights: tf.Variable;
  /** How members exchange what goes in and comes out. */
  readonly spread: Collectives;
  /**
   * Takes the part's gradient as a product, aᵀ b.
   *
   * @param a What went into the part, all rows.
   * @param b The gradient of what came out of it, all rows.
   */
  learn(a: tf.Tensor, b: tf.Tensor): void;
}

/** Attributes of the kernel. */
interface DensePartAttributes {
  readonly part: DenseShard;
  readonly activation: Activation;
  /** The forward pass leaves here what went into the part. */
  readonly left: { x?: tf.Tensor };
}

/**
 * activation(x * kernel + bias), of which a member has some rows.
 *
 * The kernel's gradient is not part of the tape: `part.learn` is given its factors.
 *
 * @param x `[own images, inputs]`.
 * @param part The member's part of the kernel.
 * @param bias `[units]`.
 * @param activation The non-linearity.
 * @returns `[own images, units]`.
 */
export function shardedDense(
  x: tf.Tensor,
  part: DenseShard,
  bias: tf.Tensor,
  activation: Activation,
): tf.Tensor {
  const attributes: DensePartAttributes = { part, activation, left: {} };
  return runKernel("StrayDensePart", { x, bias }, { ...attributes });
}

/** Made of exchanges and products, on every backend. */
export const PLAIN_SHARDED_DENSE: KernelTable = {
  StrayDensePart: ({ x, bias }, attributes) => {
    const { part, activation, left } = attributes as unknown as DensePartAttributes;
    const { split, spread, weights, from } = part;
    return tf.tidy(() => {
      if (split === "inputs") {
        left.x = tf.keep(spread.toColumns(x!));
        const z = spread.sum(tf.matMul(left.x as tf.Tensor2D, weights as tf.Tensor2D));
        return activate(tf.add(z, bias!), activation);
      }
      left.x = tf.keep(spread.gather(x!));
      const own = tf.slice(bias!, from, weights.shape[1]!);
      return spread.toRows(dense(left.x, weights, own, activation), part.shape[1]);
    });
  },
};

/** Its gradient. */
export const SHARDED_DENSE_GRADIENT: tf.GradConfig = {
  kernelName: "StrayDensePart",
  outputsToSave: [true],
  gradFunc: (dy, saved, attributes) => {
    const { part, activation, left } = attributes as unknown as DensePartAttributes;
    const { split, spread, weights, shape } = part;
    const { dz, bias } = throughActivation(dy as tf.Tensor, saved[0]!, activation);
    const all = split === "inputs" ? spread.gather(dz) : spread.toColumns(dz);
    part.learn(left.x!, tf.keep(all));
    return {
      x: () => {
        const dx = tf.matMul(all as tf.Tensor2D, weights as tf.Tensor2D, false, true);
        return split === "inputs" ? spread.toRows(dx, shape[0]) : spread.sum(dx);
      },
      bias,
    };
  },
};
