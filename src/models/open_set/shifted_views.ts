/** Scores that hardly depend on where an image is. */

import { type Tensor, type Tensor1D, type Tensor4D, tf } from "../../compute/mod.ts";

/** Row and column of each view within an image with a border, in shifts: the image itself, then four others. */
const PLACES = [[1, 1], [0, 1], [2, 1], [1, 0], [1, 2]] as const;

/**
 * Views of images: themselves, and shifted down, up, right and left. Beyond the edge an image is mirrored, with
 * the edge pixel repeated.
 *
 * @param x Images, `[batch, height, width, channels]`.
 * @param shift Distance in pixels, from 1 to the shorter side.
 * @returns Five tensors of the same shape.
 */
export function shiftedViews(x: Tensor, shift: number): Tensor4D[] {
  const shape = x.shape as [number, number, number, number],
    border: [number, number] = [
      shift,
      shift,
    ];
  const padded = tf.mirrorPad(x as Tensor4D, [[0, 0], border, border, [0, 0]], "symmetric");
  return PLACES.map(([row, column]) =>
    tf.slice(padded, [0, row * shift, column * shift, 0], shape)
  );
}

/**
 * The mean score of the views of images. What a shift by a pixel changes of a score says little of an image.
 *
 * @param x Images, `[batch, height, width, channels]`.
 * @param shift Distance in pixels; undefined for the images alone.
 * @param score Scores images, `[batch]`.
 * @returns `[batch]`.
 */
export function meanOverViews(
  x: Tensor,
  shift: number | undefined,
  score: (view: Tensor) => Tensor1D,
): Tensor1D {
  if (shift === undefined) return score(x);
  // One after the other, in the memory of one.
  const scores = shiftedViews(x, shift).map((view) => tf.tidy(() => score(view)));
  return tf.div(tf.addN(scores), scores.length);
}
