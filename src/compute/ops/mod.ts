/**
 * The operations of networks, each with its gradient, on every backend.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { type KernelTable, registerKernels } from "./_kernel.ts";
import { PLAIN_ACTIVATION } from "./activation.ts";
import { BATCH_NORM_GRADIENT, PLAIN_BATCH_NORM } from "./batch_norm.ts";
import { PLAIN_BLUR_POWER } from "./blur_power.ts";
import { CONV2D_GRADIENT, CONV2D_TRANSPOSE_GRADIENT, PLAIN_CONVOLUTION } from "./conv2d.ts";
import { PLAIN_DIRECTION_MAPS } from "./direction_maps.ts";
import { DENSE_GRADIENT, PLAIN_DENSE } from "./dense.ts";
import {
  PLAIN_SHARDED_DENSE,
  SHARDED_DENSE_GRADIENT,
  SHARDED_DENSE_LOSS_GRADIENT,
} from "./sharded_dense.ts";
import { GAUSSIAN_GRADIENT, PLAIN_GAUSSIAN } from "./gaussian.ts";
import { PLAIN_LARGEST_PRODUCTS } from "./largest_products.ts";
import { PLAIN_ROW_DISTANCES } from "./row_distances.ts";
import { LOSS_AND_GRADIENT_GRADIENT, LOSS_GRADIENT } from "./losses.ts";
import { LSTM_GRADIENT, PLAIN_LSTM } from "./lstm.ts";
import { PLAIN_POOL, POOL_GRADIENT } from "./pool.ts";
import { PLAIN_LOSSES } from "./_plain_losses.ts";
import { PLAIN_RUNNING } from "./running_statistics.ts";
import { JOIN_STEPS_GRADIENT, PLAIN_STEPS, SPLIT_STEPS_GRADIENT } from "./steps.ts";
import { PLAIN_UPSAMPLE, UPSAMPLE_GRADIENT } from "./upsample.ts";

export type { KernelTable } from "./_kernel.ts";
export { activate } from "./activation.ts";
export { batchNorm, type Reduce, scaleShift } from "./batch_norm.ts";
export { blurPower, blurredSquares } from "./blur_power.ts";
export { conv2d, conv2dTranspose } from "./conv2d.ts";
export { type Dense, dense } from "./dense.ts";
export {
  type Collectives,
  type DenseShard,
  shardedDense,
  shardedDenseLoss,
} from "./sharded_dense.ts";
export { directionMaps } from "./direction_maps.ts";
export { addScaled, reshape, scaled } from "./reshape_add.ts";
export { sampleGaussian } from "./gaussian.ts";
export { type LargestProducts, largestProducts } from "./largest_products.ts";
export { rowDistances } from "./row_distances.ts";
export { lstm, type LstmParameters, lstmSequence } from "./lstm.ts";
export { pixelLoss } from "./losses.ts";
export { maxPool } from "./pool.ts";
export { type BatchStatistics, blendStatistics } from "./running_statistics.ts";
export { upsampleBilinear } from "./upsample.ts";

const PLAIN: KernelTable = {
  ...PLAIN_ACTIVATION,
  ...PLAIN_BATCH_NORM,
  ...PLAIN_BLUR_POWER,
  ...PLAIN_CONVOLUTION,
  ...PLAIN_DENSE,
  ...PLAIN_DIRECTION_MAPS,
  ...PLAIN_SHARDED_DENSE,
  ...PLAIN_GAUSSIAN,
  ...PLAIN_LARGEST_PRODUCTS,
  ...PLAIN_ROW_DISTANCES,
  ...PLAIN_LOSSES,
  ...PLAIN_LSTM,
  ...PLAIN_POOL,
  ...PLAIN_RUNNING,
  ...PLAIN_STEPS,
  ...PLAIN_UPSAMPLE,
};

const GRADIENTS = [
  BATCH_NORM_GRADIENT,
  CONV2D_GRADIENT,
  CONV2D_TRANSPOSE_GRADIENT,
  DENSE_GRADIENT,
  SHARDED_DENSE_GRADIENT,
  SHARDED_DENSE_LOSS_GRADIENT,
  GAUSSIAN_GRADIENT,
  JOIN_STEPS_GRADIENT,
  LOSS_AND_GRADIENT_GRADIENT,
  LOSS_GRADIENT,
  LSTM_GRADIENT,
  POOL_GRADIENT,
  SPLIT_STEPS_GRADIENT,
  UPSAMPLE_GRADIENT,
];

/**
 * Registers the operations for a backend.
 *
 * @param backend Its name.
 * @param fused Its own kernels; all others are compositions of tfjs operations.
 */
export function registerOperations(backend: string, fused: KernelTable = {}): void {
  registerKernels(fused, backend);
  registerKernels(PLAIN, backend);
}

/** Registers the gradients. */
export function registerGradients(): void {
  for (const config of GRADIENTS) {
    if (!tf.getGradient(config.kernelName)) tf.registerGradient(config);
  }
}
