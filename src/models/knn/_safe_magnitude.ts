/** Rows whose squares float32 can hold. */

import { type Tensor2D, tf } from "../../compute/mod.ts";

/** Largest samples of rows that stay as they are. */
const SMALL = 2 ** -40, LARGE = 2 ** 40;
/** Factors for others: the largest sample comes to lie between 2^-38 and 2^50. */
const RAISE = 2 ** 90, LOWER = 2 ** -78;

/**
 * Multiplies rows of very small or very large samples by a power of two, so that sums of their squares neither
 * vanish nor overflow; all other rows stay as they are, bit for bit.
 *
 * For comparisons of directions, which do not depend on a factor.
 *
 * @param rows `[rows, samples]`, finite.
 * @returns Rows of the same shape.
 */
export function withSafeMagnitude(rows: Tensor2D): Tensor2D {
  const largest = tf.max(tf.abs(rows), 1, true);
  const ofLarge = tf.where(tf.greater(largest, LARGE), LOWER, 1);
  return tf.mul(rows, tf.where(tf.less(largest, SMALL), RAISE, ofLarge));
}
