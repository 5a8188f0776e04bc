/** Bilinear enlargement with the gradient that belongs to it. */

import * as tf from "@tensorflow/tfjs-core";

/**
 * The weights of a bilinear enlargement along one axis, `[size * factor, size]`: pixel centres at half
 * integers, the edge repeated.
 */
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
 * Enlarges images bilinearly.
 *
 * tfjs differentiates `resizeBilinear` as if pixel centres were at whole numbers, whatever it was told,
 * so the gradient is computed here: the transpose of the enlargement, axis by axis.
 *
 * @param x `[batch, height, width, channels]`.
 * @param factor A whole number of at least 2.
 * @returns `[batch, height * factor, width * factor, channels]`.
 */
export function upsampleBilinear(x: tf.Tensor4D, factor: number): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const enlarge = tf.customGrad((x) => ({
    value: tf.image.resizeBilinear(
      x as tf.Tensor4D,
      [height * factor, width * factor],
      false,
      true,
    ),
    gradFunc: (dy: tf.Tensor) => {
      const tall = tf.reshape(dy, [batch, height * factor, width * factor * channels]);
      const rows = tf.matMul(weights(height, factor), tall, true);
      const wide = tf.reshape(rows, [batch * height, width * factor, channels]);
      const dx = tf.matMul(weights(width, factor), wide, true);
      return tf.reshape(dx, [batch, height, width, channels]);
    },
  }));
  return enlarge(x) as tf.Tensor4D;
}
