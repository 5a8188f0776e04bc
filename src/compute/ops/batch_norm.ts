/** Batch normalisation (Ioffe and Szegedy 2015, arXiv 1502.03167) over all but the last axis. */

import * as tf from "@tensorflow/tfjs-core";
import { type KernelTable, runKernel, runKernels } from "./_kernel.ts";

/** The non-linearities that batch normalisation can apply. */
type NormActivation = "linear" | "relu";

/**
 * Sums numbers over a group of Workers, in place (all-reduce).
 *
 * All members must make the same calls with the same lengths.
 */
export type Reduce = (sums: Float32Array) => void;

/** Options of {@linkcode batchNorm}. */
interface BatchNormOptions {
  /** Added to the variance before its root is taken. */
  readonly epsilon: number;
  /** The non-linearity applied to the result. @default {"linear"} */
  readonly activation?: NormActivation | undefined;
  /** Computes the statistics of a batch split over a group; omit it for a whole batch. */
  readonly reduce?: Reduce | undefined;
}

/** A normalised batch and its statistics. */
interface Normalised {
  /** The result, of the input's shape. */
  readonly y: tf.Tensor;
  /** Mean of each channel over the whole batch. */
  readonly mean: tf.Tensor;
  /** Biased variance of each channel over the whole batch. */
  readonly variance: tf.Tensor;
  /** Number of values per channel. */
  readonly count: number;
}

/** Attributes of the kernels: options, and a cell that receives the count. */
export interface BatchNormAttributes extends BatchNormOptions {
  /** Receives the number of values per channel in the forward pass. */
  readonly batch: { count: number };
}

/**
 * Normalises a batch by its mean and biased variance.
 *
 * @param x `[batch, …, channels]`.
 * @param gamma `[channels]`.
 * @param beta `[channels]`.
 * @param options See {@linkcode BatchNormOptions}.
 * @returns The result and the statistics.
 */
export function batchNorm(
  x: tf.Tensor,
  gamma: tf.Tensor,
  beta: tf.Tensor,
  options: BatchNormOptions,
): Normalised {
  const attributes: BatchNormAttributes = { ...options, batch: { count: 0 } };
  const [y, mean, variance] = runKernels("StrayBatchNorm", { x, gamma, beta }, { ...attributes });
  return { y: y!, mean: mean!, variance: variance!, count: attributes.batch.count };
}

/**
 * Scales and shifts each channel, as a normalisation by known statistics does. It has no gradient.
 *
 * @param x `[batch, …, channels]`.
 * @param scale `[channels]`.
 * @param shift `[channels]`.
 * @param activation Applied to the result.
 * @returns activation(x * scale + shift), of the input's shape.
 */
export function scaleShift(
  x: tf.Tensor,
  scale: tf.Tensor,
  shift: tf.Tensor,
  activation: NormActivation,
): tf.Tensor {
  return runKernel("StrayScaleShift", { x, scale, shift }, { activation });
}

function rows(x: tf.Tensor): tf.Tensor2D {
  return tf.reshape(x, [-1, x.shape.at(-1)!]);
}

/** Sums a tensor over a group. Reads it back, so groups need a backend with synchronous reads. */
function reduced(sums: tf.Tensor, reduce: Reduce | undefined): tf.Tensor {
  if (!reduce) return sums;
  const values = Float32Array.from(sums.dataSync());
  reduce(values);
  return tf.tensor(values, sums.shape);
}

/** Compositions of tfjs operations. */
export const PLAIN_BATCH_NORM: KernelTable = {
  StrayScaleShift: ({ x, scale, shift }, { activation }) => {
    const z = tf.add(tf.mul(x!, scale!), shift!);
    return activation === "relu" ? tf.relu(z) : z;
  },
  StrayBatchNorm: ({ x, gamma, beta }, attributes) => {
    const { epsilon, activation, reduce, batch } = attributes as unknown as BatchNormAttributes;
    const flat = rows(x!);
    const [count, channels] = flat.shape;
    const total = new Float32Array([count]);
    reduce?.(total);
    batch.count = total[0]!;
    const mean = tf.div(reduced(tf.sum(flat, 0), reduce), batch.count);
    const centred = tf.sub(flat, mean);
    const variance = tf.div(reduced(tf.sum(tf.square(centred), 0), reduce), batch.count);
    const scale = tf.mul(gamma!, tf.rsqrt(tf.add(variance, epsilon)));
    const z = tf.add(tf.mul(centred, scale), beta!);
    const y = activation === "relu" ? tf.relu(z) : z;
    return [
      tf.reshape(y, x!.shape),
      tf.reshape(mean, [channels]),
      tf.reshape(variance, [channels]),
    ];
  },
  StrayBatchNormGradient: ({ dy, x, y, gamma, mean, variance }, attributes) => {
    const { epsilon, activation, reduce, batch } = attributes as unknown as BatchNormAttributes;
    const through = rows(activation === "relu" ? tf.mul(dy!, tf.step(y!)) : dy!);
    const deviation = tf.rsqrt(tf.add(variance!, epsilon));
    const normal = tf.mul(tf.sub(rows(x!), mean!), deviation);
    const dbeta = tf.sum(through, 0), dgamma = tf.sum(tf.mul(through, normal), 0);
    const meanDy = tf.div(reduced(dbeta, reduce), batch.count);
    const meanDyNormal = tf.div(reduced(dgamma, reduce), batch.count);
    const dx = tf.mul(
      tf.mul(gamma!, deviation),
      tf.sub(tf.sub(through, meanDy), tf.mul(normal, meanDyNormal)),
    );
    return [tf.reshape(dx, x!.shape), dgamma, dbeta];
  },
};

/** The gradient; for gamma and beta, over the member's own images. */
export const BATCH_NORM_GRADIENT: tf.GradConfig = {
  kernelName: "StrayBatchNorm",
  inputsToSave: ["x", "gamma"],
  outputsToSave: [true, true, true],
  gradFunc: (dys, saved, attributes) => {
    const [x, gamma, y, mean, variance] = saved as tf.Tensor[];
    const [dy] = dys as tf.Tensor[];
    const [dx, dgamma, dbeta] = runKernels(
      "StrayBatchNormGradient",
      { dy, x, y, gamma, mean, variance },
      attributes as unknown as Record<string, unknown>,
    );
    return {
      x: () => tf.clone(dx!),
      gamma: () => tf.clone(dgamma!),
      beta: () => tf.clone(dbeta!),
    };
  },
};
