/** Running statistics of batches: exponential moving averages. */

import * as tf from "@tensorflow/tfjs-core";
import { type KernelTable, runKernels } from "./_kernel.ts";

/** Mean and variance of each channel, over all batches. */
interface RunningStatistics {
  /** `[channels]`. */
  readonly mean: tf.Variable;
  /** Unbiased, `[channels]`. */
  readonly variance: tf.Variable;
}

/** Mean and variance of each channel, over one batch. */
export interface BatchStatistics {
  /** `[channels]`. */
  readonly mean: tf.Tensor;
  /** Biased, `[channels]`. */
  readonly variance: tf.Tensor;
  /** Number of values per channel. */
  readonly count: number;
}

/** Attributes of the kernel. */
export interface BlendAttributes {
  /** The weight of the batch, in [0, 1]. */
  readonly momentum: number;
  /** Bessel's correction of the batch's variance. */
  readonly correction: number;
}

/**
 * Updates running statistics by those of a batch: running (1 - momentum) + batch momentum.
 *
 * @param running Updated in place.
 * @param batch Statistics of the batch; the caller disposes of them.
 * @param momentum The weight of the batch, in [0, 1].
 */
export function blendStatistics(
  running: RunningStatistics,
  { mean, variance, count }: BatchStatistics,
  momentum: number,
): void {
  tf.tidy(() => {
    const [newMean, newVariance] = runKernels(
      "StrayBlendStatistics",
      { runningMean: running.mean, runningVariance: running.variance, mean, variance },
      { momentum, correction: count / Math.max(1, count - 1) },
    );
    running.mean.assign(newMean!);
    running.variance.assign(newVariance!);
  });
}

/** Compositions of tfjs operations. */
export const PLAIN_RUNNING: KernelTable = {
  StrayBlendStatistics: ({ runningMean, runningVariance, mean, variance }, attributes) => {
    const { momentum, correction } = attributes as unknown as BlendAttributes;
    const blend = (old: tf.Tensor, value: tf.Tensor) =>
      tf.add(tf.mul(old, 1 - momentum), tf.mul(value, momentum));
    return [
      blend(runningMean!, mean!),
      blend(runningVariance!, tf.mul(variance!, correction)),
    ];
  },
};
