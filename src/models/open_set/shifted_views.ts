/** Views of an image, between which a classifier's embedding varies by chance. */

import { type Tensor, type Tensor4D, tf } from "../../compute/mod.ts";

/** Row and column of each view within an image with a border, in shifts: the image itself first. */
const PLACES = [[1, 1], [0, 1], [2, 1], [1, 0], [1, 2]] as const;

/**
 * The views of images: themselves, and the same shifted down, up, right and left. Beyond the edge an image is
 * mirrored, with the edge pixel repeated.
 *
 * @param x Images, `[batch, height, width, channels]`.
 * @param shift Distance in pixels, from 1 to the shorter side.
 * @returns Five tensors of the same shape.
 */
export function shiftedViews(x: Tensor4D, shift: number): Tensor4D[] {
  const border: [number, number] = [shift, shift];
  const padded = tf.mirrorPad(x, [[0, 0], border, border, [0, 0]], "symmetric");
  return PLACES.map(([row, column]) =>
    tf.slice(padded, [0, row * shift, column * shift, 0], x.shape)
  );
}

/**
 * The mean of what is computed of the views of images.
 *
 * @param x Images, `[batch, height, width, channels]`.
 * @param shift Distance in pixels; undefined for the images alone.
 * @param compute Computes rows of images.
 * @returns Rows.
 */
export function meanOverViews<T extends Tensor>(
  x: Tensor,
  shift: number | undefined,
  compute: (view: Tensor) => T,
): T {
  if (shift === undefined) return compute(x);
  // One after the other, in the memory of one.
  const rows = shiftedViews(x as Tensor4D, shift).map((view) => tf.tidy(() => compute(view)));
  return tf.div<T>(tf.addN<T>(rows), rows.length);
}
