/** Labels as vectors. */

import { type Tensor2D, tf } from "../../compute/mod.ts";

/**
 * One-hot rows of labels.
 *
 * @param classes Class indices; -1, an unknown label, gives a row of zeros.
 * @param count Number of classes.
 * @returns `[classes.length, count]`.
 */
export function oneHot(classes: Int32Array, count: number): Tensor2D {
  const rows = new Float32Array(classes.length * count);
  classes.forEach((place, i) => {
    if (place >= 0) rows[i * count + place] = 1;
  });
  return tf.tensor2d(rows, [classes.length, count]);
}
