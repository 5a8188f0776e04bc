/** Reconstruction losses and their gradients. */

import * as tf from "@tensorflow/tfjs-core";
import type { KernelTable } from "../ops/_kernel.ts";
import { lossArguments } from "../ops/losses.ts";
import { session } from "./session.ts";

/** Computes losses (`sums`), gradients scaled by `dy`, or unscaled gradients beside losses. */
function run(
  x: tf.Tensor,
  logits: tf.Tensor,
  attributes: Readonly<Record<string, unknown>>,
  { dy, sums, gradients }: Readonly<Partial<Record<"dy" | "sums" | "gradients", tf.TensorInfo>>>,
): void {
  const images = x.shape[0]!, { kind, a, b, c } = lossArguments(attributes);
  const size = [images, x.size / images] as const;
  session().run("losses", x, logits, dy, sums, gradients, ...size, kind, a, b, c);
}

/** Kernels of the wasm backend. */
export const WASM_LOSSES: KernelTable = {
  StrayPixelLoss: ({ x, logits }, attributes) => {
    const sums = session().output([x!.shape[0]!]);
    run(x!, logits!, attributes, { sums });
    return sums;
  },
  StrayPixelLossGradient: ({ dy, x, logits }, attributes) => {
    const gradients = session().output(logits!.shape);
    run(x!, logits!, attributes, { dy: dy!, gradients });
    return gradients;
  },
  StrayPixelLossAndGradient: ({ x, logits }, attributes) => {
    const s = session(), sums = s.output([x!.shape[0]!]), gradients = s.output(logits!.shape);
    run(x!, logits!, attributes, { sums, gradients });
    return [sums, gradients];
  },
  StrayScaleGradients: ({ dy, gradients }) => {
    const images = dy!.shape[0]!;
    session().run("scaleGradients", dy, gradients, images, gradients!.size / images);
    // The result shares the memory of the gradients, which were scaled in place.
    const { dataId, shape, dtype } = gradients!;
    tf.backend().incRef(dataId);
    return { dataId, shape, dtype };
  },
};
