/** Reconstruction losses of images, and their gradients, from logits. */

import type { KernelTable } from "../ops/_kernel.ts";
import type { PixelLoss } from "../ops/loss.ts";
import { forEachImage } from "./images.ts";
import {
  defineProgram,
  elementGroups,
  forEachElement,
  MAX_GROUPS,
  type Program,
} from "./program.ts";
import { output, run } from "./run.ts";

const LOSS_NUMBERS: Readonly<Record<PixelLoss, number>> = { mse: 0, bce: 1 };

/**
 * Neither overflows. WGSL's `log` may be off by 5e-7 between 0.5 and 2, which thousands of good pixels
 * would add up to more than their loss, so log(1 + t) is 2 artanh(t / (2 + t)): in [0, 1] the series to
 * the 13th power is within 1e-8.
 */
const FUNCTIONS = `
fn sigmoid(l: f32) -> f32 {
  let t = exp(-abs(l));
  return select(t, 1.0, l >= 0.0) / (1.0 + t);
}
fn softplusBelow(l: f32) -> f32 {
  let t = exp(-abs(l));
  let s = t / (2.0 + t);
  let q = s * s;
  return 2.0 * s * (1.0 + q * (1.0 / 3.0 + q * (1.0 / 5.0 + q * (1.0 / 7.0 + q * (1.0 / 9.0 +
    q * (1.0 / 11.0 + q / 13.0))))));
}`;

/** Of each image: the sum of its pixels' losses. */
const LOSS = defineProgram({
  name: "pixel_loss",
  writes: ["losses"],
  reads: ["x", "logits"],
  uniforms: { images: "u32", length: "u32", loss: "u32" },
  code: forEachImage(`
${FUNCTIONS}
fn term(image: u32, k: u32) -> f32 {
  let i = image * u.length + k;
  let l = logits[i];
  if (u.loss == ${LOSS_NUMBERS.bce}u) { return max(l, 0.0) - l * x[i] + softplusBelow(l); }
  let d = sigmoid(l) - x[i];
  return d * d;
}
fn put(image: u32, sum: f32) { losses[image] = sum; }`),
});

/** Of each pixel: the image's gradient times the slope of its loss. */
const GRADIENT = defineProgram({
  name: "pixel_loss_gradient",
  writes: ["dlogits"],
  reads: ["dy", "x", "logits"],
  uniforms: { size: "u32", length: "u32", loss: "u32" },
  code: FUNCTIONS + forEachElement(`
    let p = sigmoid(logits[i]);
    let d = p - x[i];
    let slope = select(2.0 * d * p * (1.0 - p), d, u.loss == ${LOSS_NUMBERS.bce}u);
    dlogits[i] = dy[i / u.length] * slope;`),
});

/** The programs. */
export const LOSS_PROGRAMS: readonly Program[] = [LOSS, GRADIENT];

/** Kernels of the WebGPU backend. */
export const WEBGPU_LOSS: KernelTable = {
  /** 1 dispatch. */
  StrayPixelLoss: ({ x, logits }, { loss }) => {
    const images = x!.shape[0]!;
    const losses = output([images]);
    run(LOSS, {
      writes: [losses],
      reads: [x!, logits!],
      uniforms: { images, length: x!.size / images, loss: LOSS_NUMBERS[loss as PixelLoss] },
      groups: [Math.min(images, MAX_GROUPS), 1],
    });
    return losses;
  },
  /** 1 dispatch. */
  StrayPixelLossGradient: ({ dy, x, logits }, { loss }) => {
    const dlogits = output(logits!.shape);
    const { size } = x!, length = size / x!.shape[0]!;
    run(GRADIENT, {
      writes: [dlogits],
      reads: [dy!, x!, logits!],
      uniforms: { size, length, loss: LOSS_NUMBERS[loss as PixelLoss] },
      groups: elementGroups(size),
    });
    return dlogits;
  },
};
