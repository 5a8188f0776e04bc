/** The code length of images under a model of their own: how complex an image is. */

import { type Tensor, type Tensor1D, type Tensor4D, tf } from "../../compute/mod.ts";

/**
 * Weights of the neighbours in the number of a pixel's context, the row above and the pixel's own. Each
 * counts 0 or 1, so that there are 16 contexts.
 */
const NEIGHBOURS = [[4, 2, 8], [1, 0, 0]];
const CONTEXTS = 16;
/** Samples from here on count 1. */
const BRIGHT = 0.5;

/**
 * The code length of each image by a two-part code, in the units of a Bernoulli likelihood.
 *
 * A context model as in JBIG (ITU-T T.82), with fewer neighbours: a sample x in [0, 1] is coded by the
 * probability that its image has for samples with the same neighbours to the left and above, each
 * bright or not. Its cost is the cross-entropy -x log p - (1 - x) log(1 - p), as in the loss `bce`, which
 * makes both comparable. With n samples in a context, the best p is their mean m, which costs
 * n H(m); to state it costs log(n) / 2 (Rissanen 1983, Annals of Statistics 11, 416). Channels are coded
 * one by one, and neighbours outside the image are dark.
 *
 * @param x Images in [0, 1], `[batch, height, width, channels]`.
 * @returns Nats, `[batch]`.
 */
export function contextCodeLength(x: Tensor): Tensor1D {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const planes = tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [batch * channels, height, width, 1]);
  const bright = tf.cast(tf.greaterEqual(planes, BRIGHT), "float32") as Tensor4D;
  const weights = tf.tensor4d(NEIGHBOURS.flat(), [2, 3, 1, 1]);
  // One row above; a column on either side.
  const contexts = tf.conv2d(tf.pad(bright, [[0, 0], [1, 0], [1, 1], [0, 0]]), weights, 1, "valid");
  const sampled = tf.reshape(planes, [batch * channels, height * width]);
  const numbers = tf.reshape(contexts, sampled.shape);
  const lengths = Array.from({ length: CONTEXTS }, (_, context) => {
    const inside = tf.cast(tf.equal(numbers, context), "float32");
    const count = tf.sum(inside, 1), ones = tf.sum(tf.mul(inside, sampled), 1);
    const parameter = tf.mul(tf.log(tf.maximum(count, 1)), 0.5);
    return tf.add(parameter, tf.add(cost(ones, count), cost(tf.sub(count, ones), count)));
  });
  const length = lengths.reduce((sum, each) => tf.add(sum, each));
  return tf.sum(tf.reshape(length, [batch, channels]), 1);
}

/** -part log(part / whole), 0 where there is no part. */
function cost(part: Tensor, whole: Tensor): Tensor {
  const share = tf.div(tf.maximum(part, 0), tf.maximum(whole, 1));
  return tf.mul(tf.neg(part), tf.log(tf.where(tf.greater(share, 0), share, tf.onesLike(share))));
}
