/** Reconstruction losses of images, and their gradients, from logits. */

import type { KernelTable } from "../ops/_kernel.ts";
import { LINEAR, LOSS_NUMBERS, lossArguments } from "../ops/losses.ts";
import { forEachImage } from "./images.ts";
import {
  defineProgram,
  elementGroups,
  forEachElement,
  MAX_GROUPS,
  type Program,
} from "./program.ts";
import { output, run } from "./run.ts";

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
}
fn pixel(l: f32) -> f32 {
  if (u.kind >= ${LINEAR}u) { return l; }
  return sigmoid(l);
}
/** The logit of what the focal loss wants: l where x is above the threshold, -l elsewhere. */
fn towards(x: f32, l: f32) -> f32 { return select(-l, l, x > u.c); }
fn focus(s: f32) -> f32 { return exp(-u.a * (max(s, 0.0) + softplusBelow(s))); }`;

/** The loss by its number, and its own numbers. */
const UNIFORMS = { kind: "u32", a: "f32", b: "f32", c: "f32" } as const;

/** Of each image: the sum of its pixels' losses. */
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
  if (u.kind == ${LOSS_NUMBERS.bce}u) { return max(l, 0.0) - l * x[i] + softplusBelow(l); }
  if (u.kind == ${LOSS_NUMBERS.focal}u) {
    let s = towards(x[i], l);
    return u.b * (max(-s, 0.0) + softplusBelow(s)) * focus(s);
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

/** Of each pixel: the image's gradient times the slope of its loss. */
const GRADIENT = defineProgram({
  name: "pixel_loss_gradient",
  writes: ["dlogits"],
  reads: ["dy", "x", "logits"],
  uniforms: { size: "u32", length: "u32", ...UNIFORMS },
  code: FUNCTIONS + `
fn slope(x: f32, l: f32) -> f32 {
  if (u.kind == ${LOSS_NUMBERS.focal}u) {
    let s = towards(x, l);
    let miss = sigmoid(-s);
    let cost = max(-s, 0.0) + softplusBelow(s);
    return towards(x, -u.b * focus(s) * (miss + u.a * cost * (1.0 - miss)));
  }
  let p = pixel(l);
  let d = p - x;
  if (u.kind == ${LOSS_NUMBERS.bce}u) { return d; }
  let form = u.kind % ${LINEAR}u;
  var by = 2.0 * d;
  if (form == ${LOSS_NUMBERS.l1}u) { by = sign(d); }
  if (form == ${LOSS_NUMBERS.huber}u) { by = clamp(d, -u.a, u.a); }
  return select(by * p * (1.0 - p), by, u.kind >= ${LINEAR}u);
}` + forEachElement("dlogits[i] = dy[i / u.length] * slope(x[i], logits[i]);"),
});

/** The programs. */
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
      groups: [Math.min(images, MAX_GROUPS), 1],
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
      groups: elementGroups(size),
    });
    return dlogits;
  },
};
