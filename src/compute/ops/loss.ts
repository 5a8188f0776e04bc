/** Reconstruction losses: sums over pixels, one value an image, with their gradients. */

import * as tf from "@tensorflow/tfjs-core";
import { currentTape } from "../tape.ts";
import { type KernelTable, runKernel, runKernels } from "./_kernel.ts";
import type { LossAttributes, LossOutput } from "./loss_attributes.ts";
import { lossTerms, type PixelLoss } from "./loss_name.ts";
import { lossSlopes, lossValues } from "./_loss_terms.ts";
import { ssimLoss } from "./ssim.ts";

/**
 * The loss of each image.
 *
 * With p = sigmoid(logits), or the numbers themselves where the output is linear, and e = p - x:
 *
 * - `mse`: e^2.
 * - `l1`: |e|.
 * - `huber:DELTA`: e^2 / 2 up to |e| = DELTA, then DELTA (|e| - DELTA / 2) (Huber 1964; `HuberLoss` of
 *   PyTorch). The default 0.1 suits images in [0, 1], where 1 would be half of `mse`.
 * - `bce`: binary cross-entropy in nats, computed from the logits so that it is finite:
 *   max(l, 0) - l x + log(1 + exp(-|l|)).
 * - `focal:GAMMA,ALPHA,THRESHOLD`: -ALPHA log(q) (1 - q)^GAMMA, where q is p for pixels above THRESHOLD
 *   and 1 - p for all others (Lin et al. 2017, arXiv 1708.02002, equation 4, with one ALPHA for both
 *   classes). From logits: s = l or -l, softplus(-s) exp(-GAMMA softplus(s)) ALPHA. A `FocalLoss` that
 *   averages is this sum divided by the number of samples; 1e-8 in its logarithm is not needed here.
 * - `ssim`: samples times 1 - SSIM, see {@linkcode ssimLoss}.
 *
 * @param x Images, `[batch, …]`, in [0, 1] but for a linear output; no gradient flows into them.
 * @param logits What the decoder gives, of the same shape.
 * @param loss Which.
 * @param output What makes pixels of it.
 * @returns `[batch]`.
 * @throws {RangeError} If there is no such loss, or `bce` or `focal` is asked of a linear output.
 */
export function pixelLoss(
  x: tf.Tensor,
  logits: tf.Tensor,
  loss: PixelLoss,
  output: LossOutput = "sigmoid",
): tf.Tensor1D {
  const { name, numbers } = lossTerms(loss);
  if (name === "ssim") return ssimLoss(x, output === "linear" ? logits : tf.sigmoid(logits));
  if (output === "linear" && (name === "bce" || name === "focal")) {
    throw new RangeError(`Cannot take ${name} of a linear output as it must be a probability`);
  }
  const attributes: LossAttributes = { loss: name, numbers, output };
  const both = currentTape() && output === "sigmoid" && (name === "mse" || name === "bce") &&
    tf.getKernel("StrayPixelLossSlopes", tf.getBackend());
  if (both) {
    return runKernels("StrayPixelLossSlopes", { x, logits }, { ...attributes })[0] as tf.Tensor1D;
  }
  return runKernel("StrayPixelLoss", { x, logits }, { ...attributes }) as tf.Tensor1D;
}

function perImage(x: tf.Tensor): tf.Tensor2D {
  return tf.reshape(x, [x.shape[0]!, -1]);
}

/** The same of tfjs operations. */
export const PLAIN_LOSS: KernelTable = {
  StrayPixelLoss: ({ x, logits }, attributes) =>
    tf.sum(
      lossValues(perImage(x!), perImage(logits!), attributes as unknown as LossAttributes),
      1,
    ),
  StrayPixelLossGradient: ({ dy, x, logits }, attributes) => {
    const slope = lossSlopes(
      perImage(x!),
      perImage(logits!),
      attributes as unknown as LossAttributes,
    );
    return tf.reshape(tf.mul(slope, tf.reshape(dy!, [-1, 1])), logits!.shape);
  },
};

/** The gradient of the loss whose slopes were found along with it; they can be used up, as it is asked once. */
export const LOSS_SLOPES_GRADIENT: tf.GradConfig = {
  kernelName: "StrayPixelLossSlopes",
  outputsToSave: [false, true],
  gradFunc: (dys, saved) => {
    const [dy] = dys as tf.Tensor[], [slopes] = saved as [tf.Tensor];
    return {
      x: () => {
        throw new TypeError("Cannot differentiate a reconstruction loss by the images");
      },
      logits: () => runKernel("StrayScaleSlopes", { dy, slopes }),
    };
  },
};

/** Its gradient. */
export const LOSS_GRADIENT: tf.GradConfig = {
  kernelName: "StrayPixelLoss",
  inputsToSave: ["x", "logits"],
  gradFunc: (dy, saved, attributes) => {
    const [x, logits] = saved as [tf.Tensor, tf.Tensor];
    return {
      x: () => {
        throw new TypeError("Cannot differentiate a reconstruction loss by the images");
      },
      logits: () =>
        runKernel("StrayPixelLossGradient", { dy: dy as tf.Tensor, x, logits }, {
          ...attributes,
        }),
    };
  },
};
