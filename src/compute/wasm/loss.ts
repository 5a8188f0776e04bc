/** Reconstruction losses, by kernels of ours. */

import * as tf from "@tensorflow/tfjs-core";
import type { KernelTable } from "../ops/_kernel.ts";
import { LINEAR, LOSS_NUMBERS, type LossAttributes } from "../ops/loss_attributes.ts";
import { session } from "./session.ts";

/** Which of the two kernels, and the numbers that tell it which loss: its number, and the loss's own. */
interface LossCall {
  readonly other: boolean;
  readonly numbers: readonly number[];
}

function lossCall(attributes: Readonly<Record<string, unknown>>): LossCall {
  const { loss, numbers, output } = attributes as unknown as LossAttributes;
  const kind = LOSS_NUMBERS[loss] + (output === "linear" ? LINEAR : 0);
  // The two that most trainings use have loops of their own.
  if (kind <= LOSS_NUMBERS.bce) return { other: false, numbers: [kind] };
  const [a = 0, b = 0, c = 0] = numbers;
  return { other: true, numbers: [kind, a, b, c] };
}

/** In place: the slopes become the gradient. */
function scaled(dy: tf.TensorInfo, slopes: tf.TensorInfo): tf.TensorInfo {
  const s = session(), images = dy.shape[0]!;
  const pixels = tf.util.sizeFromShape(slopes.shape) / images;
  s.kernels.scaleSlopes(s.address(dy), s.address(slopes), images, pixels);
  tf.backend().incRef(slopes.dataId);
  return { dataId: slopes.dataId, shape: slopes.shape, dtype: slopes.dtype };
}

/** Kernels of the wasm backend. */
export const WASM_LOSS: KernelTable = {
  StrayPixelLoss: ({ x, logits }, attributes) => {
    const s = session();
    const batch = x!.shape[0]!;
    const sums = s.output([batch]);
    const { other, numbers } = lossCall(attributes);
    const kernel = other ? s.kernels.otherLoss : s.kernels.pixelLoss;
    kernel(
      s.address(x!),
      s.address(logits!),
      s.address(sums),
      batch,
      x!.size / batch,
      ...numbers,
    );
    return sums;
  },
  StrayPixelLossGradient: ({ dy, x, logits }, attributes) => {
    const s = session();
    const batch = x!.shape[0]!;
    const dlogits = s.output(logits!.shape);
    const { other, numbers } = lossCall(attributes);
    const kernel = other ? s.kernels.otherLossGradient : s.kernels.pixelLossGradient;
    kernel(
      s.address(dy!),
      s.address(x!),
      s.address(logits!),
      s.address(dlogits),
      batch,
      x!.size / batch,
      ...numbers,
    );
    return dlogits;
  },
  StrayPixelLossSlopes: ({ x, logits }, attributes) => {
    const s = session();
    const batch = x!.shape[0]!;
    const sums = s.output([batch]), slopes = s.output(logits!.shape);
    const { numbers } = lossCall(attributes);
    s.kernels.pixelLossSlopes(
      s.address(x!),
      s.address(logits!),
      s.address(sums),
      s.address(slopes),
      batch,
      x!.size / batch,
      ...numbers,
    );
    return [sums, slopes];
  },
  StrayScaleSlopes: ({ dy, slopes }) => scaled(dy!, slopes!),
};
