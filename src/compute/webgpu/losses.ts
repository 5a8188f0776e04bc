/** Reconstruction losses of images, and their gradients. */

import type { KernelTable } from "../ops/_kernel.ts";
import { LINEAR, LOSS_NUMBERS, lossArguments } from "../ops/losses.ts";
import { defineProgram, forEachElement, forEachImage, type Program } from "./program.ts";
import { output, run } from "./run.ts";

/**
 * `sigmoid` and `softplusTail`, log(1 + exp(-|l|)), do not overflow. WGSL's `log` may err by 5e-7 between
 * 0.5 and 2, which over thousands of good pixels exceeds their loss, so log(1 + t) is
 * 2 artanh(t / (2 + t)): on [0, 1] the series to the 13th power is within 1e-8.
 */
const FUNCTIONS = `
fn sigmoid(l: f32) -> f32 {
  let t = exp(-abs(l));
  return select(t, 1.0, l >= 0.0) / (1.0 + t);
}
fn softplusTail(l: f32) -> f32 {
  let t = exp(-abs(l));
  let s = t / (2.0 + t);
  let q = s * s;
  return 2.0 * s * (1.0 + q * (1.0 / 3.0 + q * (1.0 / 5.0 + q * (1.0 / 7.0 + q * (1.0 / 9.0 +
    q * (1.0 / 11.0 + q / 13.0))))));
}
fn pixel(l: f32) -> f32 {
  if (u.kind >= ${LINEAR}u) { return l; }
  return sigmoid(l);
}
/** The logit of the target class: l where x is above the threshold, -l elsewhere. */
fn signed(x: f32, l: f32) -> f32 { return select(-l, l, x > u.c); }
fn focus(s: f32) -> f32 { return exp(-u.a * (max(s, 0.0) + softplusTail(s))); }`;

/** The loss's number, and its parameters. */
const UNIFORMS = { kind: "u32", a: "f32", b: "f32", c: "f32" } as const;

/** Sums of pixel losses per image. */
const LOSS = defineProgram({
  name: "pixel_loss",
  writes: ["losses"],
  reads: ["x", "logits"],
  uniforms: { images: "u32", length: "u32", ...UNIFORMS },
  code: forEachImage(`
${FUNCTIONS}
fn term(image: u32, k: u32) -> f32 {
  let i = image * u.length + k;
  let l = logits[i];
  if (u.kind == ${LOSS_NUMBERS.bce}u) { return max(l, 0.0) - l * x[i] + softplusTail(l); }
  if (u.kind == ${LOSS_NUMBERS.focal}u) {
    let s = signed(x[i], l);
    return u.b * (max(-s, 0.0) + softplusTail(s)) * focus(s);
  }
  let d = pixel(l) - x[i];
  let form = u.kind % ${LINEAR}u;
  if (form == ${LOSS_NUMBERS.mse}u) { return d * d; }
  if (form == ${LOSS_NUMBERS.l1}u) { return abs(d); }
  let inner = min(abs(d), u.a);
  return inner * (abs(d) - 0.5 * inner);
}
fn put(image: u32, sum: f32) { losses[image] = sum; }`),
});

/** Gradients of pixels, scaled by that of their image. */
const GRADIENT = defineProgram({
  name: "pixel_loss_gradient",
  writes: ["dlogits"],
  reads: ["dy", "x", "logits"],
  uniforms: { size: "u32", length: "u32", ...UNIFORMS },
  code: FUNCTIONS + `
fn derivative(x: f32, l: f32) -> f32 {
  if (u.kind == ${LOSS_NUMBERS.focal}u) {
    let s = signed(x, l);
    let miss = sigmoid(-s);
    let cost = max(-s, 0.0) + softplusTail(s);
    return signed(x, -u.b * focus(s) * (miss + u.a * cost * (1.0 - miss)));
  }
  let p = pixel(l);
  let d = p - x;
  if (u.kind == ${LOSS_NUMBERS.bce}u) { return d; }
  let form = u.kind % ${LINEAR}u;
  var slope = 2.0 * d;
  if (form == ${LOSS_NUMBERS.l1}u) { slope = sign(d); }
  if (form == ${LOSS_NUMBERS.huber}u) { slope = clamp(d, -u.a, u.a); }
  return select(slope * p * (1.0 - p), slope, u.kind >= ${LINEAR}u);
}` + forEachElement("dlogits[i] = dy[i / u.length] * derivative(x[i], logits[i]);"),
});

/** All programs. */
export const LOSS_PROGRAMS: readonly Program[] = [LOSS, GRADIENT];

/** Kernels of the WebGPU backend. */
export const WEBGPU_LOSSES: KernelTable = {
  /** 1 dispatch. */
  StrayPixelLoss: ({ x, logits }, attributes) => {
    const images = x!.shape[0]!;
    const losses = output([images]);
    run(LOSS, {
      writes: [losses],
      reads: [x!, logits!],
      uniforms: { images, length: x!.size / images, ...lossArguments(attributes) },
    });
    return losses;
  },
  /** 1 dispatch. */
  StrayPixelLossGradient: ({ dy, x, logits }, attributes) => {
    const dlogits = output(logits!.shape);
    const { size } = x!, length = size / x!.shape[0]!;
    run(GRADIENT, {
      writes: [dlogits],
      reads: [dy!, x!, logits!],
      uniforms: { size, length, ...lossArguments(attributes) },
    });
    return dlogits;
  },
};
