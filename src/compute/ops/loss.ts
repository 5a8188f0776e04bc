/** Reconstruction losses: sums over pixels, one value an image, with their gradients. */

import * as tf from "@tensorflow/tfjs-core";
import { type KernelTable, runKernel } from "./_kernel.ts";

/** A reconstruction loss of images in [0, 1] and the logits of their reconstruction. */
export type PixelLoss = "mse" | "bce";

/**
 * The loss of each image.
 *
 * `mse`: squared error of sigmoid(logits). `bce`: binary cross-entropy of sigmoid(logits) in nats,
 * computed from the logits so that it is finite: max(l, 0) - l x + log(1 + exp(-|l|)).
 *
 * @param x Images in [0, 1], `[batch, …]`; no gradient flows into them.
 * @param logits Of the reconstruction, of the same shape.
 * @param loss Which.
 * @returns `[batch]`.
 */
export function pixelLoss(x: tf.Tensor, logits: tf.Tensor, loss: PixelLoss): tf.Tensor1D {
  return runKernel("StrayPixelLoss", { x, logits }, { loss }) as tf.Tensor1D;
}

function perImage(x: tf.Tensor): tf.Tensor2D {
  return tf.reshape(x, [x.shape[0]!, -1]);
}

/** The same of tfjs operations. */
export const PLAIN_LOSS: KernelTable = {
  StrayPixelLoss: ({ x, logits }, { loss }) => {
    const l = perImage(logits!), wanted = perImage(x!);
    if (loss === "mse") return tf.sum(tf.squaredDifference(wanted, tf.sigmoid(l)), 1);
    const softplus = tf.log1p(tf.exp(tf.neg(tf.abs(l))));
    return tf.sum(tf.add(tf.sub(tf.relu(l), tf.mul(l, wanted)), softplus), 1);
  },
  StrayPixelLossGradient: ({ dy, x, logits }, { loss }) => {
    const p = tf.sigmoid(perImage(logits!));
    const error = tf.sub(p, perImage(x!));
    const slope = loss === "mse" ? tf.mul(tf.mul(error, 2), tf.mul(p, tf.sub(1, p))) : error;
    return tf.reshape(tf.mul(slope, tf.reshape(dy!, [-1, 1])), logits!.shape);
  },
};

/** Its gradient. */
export const LOSS_GRADIENT: tf.GradConfig = {
  kernelName: "StrayPixelLoss",
  inputsToSave: ["x", "logits"],
  gradFunc: (dy, saved, attributes) => {
    const [x, logits] = saved as [tf.Tensor, tf.Tensor];
    const { loss } = attributes as unknown as { loss: PixelLoss };
    return {
      x: () => {
        throw new TypeError("Cannot differentiate a reconstruction loss by the images");
      },
      logits: () =>
        runKernel("StrayPixelLossGradient", { dy: dy as tf.Tensor, x, logits }, { loss }),
    };
  },
};
