/** Reconstruction losses: sums over pixels, one value per image, with their gradients. */

import * as tf from "@tensorflow/tfjs-core";
import { type LossName, type LossOutput, lossTerms, type PixelLoss } from "../names.ts";
import { currentTape } from "../tape.ts";
import { runKernel, runKernels } from "./_kernel.ts";
import { ssimLoss } from "./ssim.ts";

/** The losses with a kernel; `ssim` is composed of tfjs operations. */
type KernelLoss = Exclude<LossName, "ssim">;

/** Attributes of the kernels. */
export interface LossAttributes {
  /** The loss. */
  readonly loss: KernelLoss;
  /** Its parameters. */
  readonly numbers: readonly number[];
  /** Maps the decoder's output to pixels. */
  readonly output: LossOutput;
}

/** The numbers by which compiled kernels select a loss. */
export const LOSS_NUMBERS: Readonly<Record<KernelLoss, number>> = {
  mse: 0,
  bce: 1,
  l1: 2,
  huber: 3,
  focal: 4,
};

/** Added to a loss's number if the output is linear. */
export const LINEAR = 8;

/** The arguments by which compiled kernels select a loss: its number, and three parameters. */
export function lossArguments(
  attributes: Readonly<Record<string, unknown>>,
): { readonly kind: number; readonly a: number; readonly b: number; readonly c: number } {
  const { loss, numbers, output } = attributes as unknown as LossAttributes;
  const [a = 0, b = 0, c = 0] = numbers;
  return { kind: LOSS_NUMBERS[loss] + (output === "linear" ? LINEAR : 0), a, b, c };
}

/**
 * The loss of each image.
 *
 * With p = sigmoid(logits), or the output itself if it is linear, and e = p - x:
 *
 * - `mse`: e^2.
 * - `l1`: |e|.
 * - `huber:DELTA`: e^2 / 2 for |e| up to DELTA, then DELTA (|e| - DELTA / 2) (Huber 1964; `HuberLoss` of
 *   PyTorch). The default 0.1 suits images in [0, 1], where DELTA = 1 would be half of `mse`.
 * - `bce`: binary cross-entropy in nats, from the logits for numerical stability:
 *   max(l, 0) - l x + log(1 + exp(-|l|)).
 * - `focal:GAMMA,ALPHA,THRESHOLD`: -ALPHA log(q) (1 - q)^GAMMA, where q is p for pixels above THRESHOLD
 *   and 1 - p for all others (Lin et al. 2017, arXiv 1708.02002, equation 4, with one ALPHA for both
 *   classes). From logits: s = l or -l, softplus(-s) exp(-GAMMA softplus(s)) ALPHA. A `FocalLoss` that
 *   averages is this sum divided by the number of samples; it needs no 1e-8 in the logarithm.
 * - `ssim`: samples times 1 - SSIM, see {@linkcode ssimLoss}.
 *
 * @param x Images, `[batch, …]`, in [0, 1] unless the output is linear; no gradient flows into them.
 * @param logits The decoder's output, of the same shape.
 * @param loss The loss.
 * @param output Maps the decoder's output to pixels.
 * @returns `[batch]`.
 * @throws {RangeError} If the loss is unknown, or `bce` or `focal` is applied to a linear output.
 */
export function pixelLoss(
  x: tf.Tensor,
  logits: tf.Tensor,
  loss: PixelLoss,
  output: LossOutput = "sigmoid",
): tf.Tensor1D {
  if (lossTerms(loss).name === "ssim") {
    return ssimLoss(x, output === "linear" ? logits : tf.sigmoid(logits));
  }
  const attributes = { ...lossAttributes(loss, output) };
  const fused = currentTape() && tf.getKernel("StrayPixelLossAndGradient", tf.getBackend());
  const [losses] = fused
    ? runKernels("StrayPixelLossAndGradient", { x, logits }, attributes)
    : [runKernel("StrayPixelLoss", { x, logits }, attributes)];
  return losses as tf.Tensor1D;
}

/** The attributes of a loss's kernels; throws as {@linkcode pixelLoss} does. */
export function lossAttributes(loss: PixelLoss, output: LossOutput): LossAttributes {
  const { name, numbers } = lossTerms(loss);
  if (output === "linear" && (name === "bce" || name === "focal")) {
    throw new RangeError(`Cannot compute the loss ${name} as the output must be a probability`);
  }
  if (name === "ssim") throw new RangeError("Cannot run a kernel as the loss ssim has none");
  return { loss: name, numbers, output };
}

/** The gradient with respect to images. */
export function refuseGradient(): tf.Tensor {
  throw new TypeError("Cannot differentiate a reconstruction loss with respect to the images");
}

/** Scales the gradients computed in the forward pass, in place: a tape requests them once. */
export const LOSS_AND_GRADIENT_GRADIENT: tf.GradConfig = {
  kernelName: "StrayPixelLossAndGradient",
  outputsToSave: [false, true],
  gradFunc: (dys, saved) => {
    const [dy] = dys as tf.Tensor[], [gradients] = saved as [tf.Tensor];
    return { x: refuseGradient, logits: () => runKernel("StrayScaleGradients", { dy, gradients }) };
  },
};

/** The gradient of the loss alone. */
export const LOSS_GRADIENT: tf.GradConfig = {
  kernelName: "StrayPixelLoss",
  inputsToSave: ["x", "logits"],
  gradFunc: (dy, saved, attributes) => {
    const [x, logits] = saved as [tf.Tensor, tf.Tensor];
    const inputs = { dy: dy as tf.Tensor, x, logits };
    return {
      x: refuseGradient,
      logits: () => runKernel("StrayPixelLossGradient", inputs, { ...attributes }),
    };
  },
};
