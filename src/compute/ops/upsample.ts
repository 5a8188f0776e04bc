/** Bilinear up-sampling and its gradient. */

import * as tf from "@tensorflow/tfjs-core";
import { type KernelTable, runKernel } from "./_kernel.ts";

/** Attributes of the kernels. */
interface UpsampleAttributes {
  /** An integer of at least 2. */
  readonly factor: number;
}

/**
 * Up-samples images bilinearly: pixel centres at half integers, edges repeated.
 *
 * @param x `[batch, height, width, channels]`.
 * @param factor An integer of at least 2.
 * @returns `[batch, height * factor, width * factor, channels]`.
 */
export function upsampleBilinear(x: tf.Tensor, factor: number): tf.Tensor {
  return runKernel("StrayUpsample", { x }, { factor });
}

/** Interpolation weights along one axis, `[1, size * factor, size]`. */
function weights(size: number, factor: number): tf.Tensor3D {
  const enlarged = size * factor;
  const values = new Float32Array(enlarged * size);
  for (let i = 0; i < enlarged; i++) {
    const at = Math.max(0, Math.min(size - 1, (i + 0.5) / factor - 0.5));
    const low = Math.floor(at), high = Math.min(size - 1, low + 1);
    values[i * size + low]! += 1 - (at - low);
    values[i * size + high]! += at - low;
  }
  return tf.tensor3d(values, [1, enlarged, size]);
}

/**
 * Compositions of tfjs operations.
 *
 * tfjs's gradient of `resizeBilinear` ignores the option of half-integer pixel centres, so the gradient
 * is computed here: the transpose of the interpolation, axis by axis.
 */
export const PLAIN_UPSAMPLE: KernelTable = {
  StrayUpsample: ({ x }, attributes) => {
    const { factor } = attributes as unknown as UpsampleAttributes;
    const [, height, width] = x!.shape as [number, number, number, number];
    const size: [number, number] = [height * factor, width * factor];
    return tf.image.resizeBilinear(x as tf.Tensor4D, size, false, true);
  },
  StrayUpsampleGradient: ({ dy }, attributes) => {
    const { factor } = attributes as unknown as UpsampleAttributes;
    const [batch, tall, wide, channels] = dy!.shape as [number, number, number, number];
    const height = tall / factor, width = wide / factor;
    const columns = tf.reshape(dy!, [batch, tall, wide * channels]);
    const rows = tf.matMul(weights(height, factor), columns, true);
    const cells = tf.reshape(rows, [batch * height, wide, channels]);
    const dx = tf.matMul(weights(width, factor), cells, true);
    return tf.reshape(dx, [batch, height, width, channels]);
  },
};

/** The gradient. */
export const UPSAMPLE_GRADIENT: tf.GradConfig = {
  kernelName: "StrayUpsample",
  gradFunc: (dy, _saved, attributes) => ({
    x: () =>
      runKernel(
        "StrayUpsampleGradient",
        { dy: dy as tf.Tensor },
        attributes as unknown as Record<string, unknown>,
      ),
  }),
};
