/** Labels as vectors. */

import { type Tensor2D, tf } from "../../compute/mod.ts";

/**
 * A row a label, 1 at its place and else 0.
 *
 * @param classes Places; a row of 0 for -1, an unknown label.
 * @param count The number of labels there are.
 * @returns `[classes.length, count]`.
 */
export function oneHot(classes: Int32Array, count: number): Tensor2D {
  const rows = new Float32Array(classes.length * count);
  classes.forEach((place, i) => {
    if (place >= 0) rows[i * count + place] = 1;
  });
  return tf.tensor2d(rows, [classes.length, count]);
}
