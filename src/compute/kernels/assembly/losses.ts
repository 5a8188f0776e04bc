// Reconstruction losses of images, one sum per image, and their gradients with respect to the decoder's
// output. Losses by number: 0 squared error, 1 binary cross-entropy in nats, 2 absolute error, 3 Huber
// with delta = a, 4 focal with gamma = a, alpha = b and threshold = c. The output holds logits, or, with
// LINEAR added to 0, 2 or 3, the pixels themselves. `ops/losses.ts` has the formulas.

import { below4, exp4, log1p4, sigmoidFrom4, sum4 } from "./math";

const MSE: i32 = 0, BCE: i32 = 1, L1: i32 = 2, HUBER: i32 = 3, FOCAL: i32 = 4, LINEAR: i32 = 8;

/** The result of a pass. */
const LOSSES: i32 = 1, GRADIENTS: i32 = 2, BOTH: i32 = 3;

/** Samples per partial sum in float32; partial sums are added in float64 to limit rounding. */
const BLOCK: i32 = 512;

/** l where x is above the threshold, -l elsewhere. */
// @ts-ignore: decorator
@inline
function signed4(x: v128, l: v128, threshold: f32): v128 {
  return v128.bitselect(l, f32x4.neg(l), f32x4.gt(x, f32x4.splat(threshold)));
}

/** log(1 + exp(x)), from log(1 + exp(-|x|)). */
// @ts-ignore: decorator
@inline
function softplus4(x: v128, tail: v128): v128 {
  return f32x4.add(f32x4.max(x, f32x4.splat(0)), tail);
}

/** The focal loss's factor (1 - q)^gamma, with q = sigmoid(s). */
// @ts-ignore: decorator
@inline
function focus4(s: v128, tail: v128, gamma: f32): v128 {
  return exp4(f32x4.mul(softplus4(s, tail), f32x4.splat(-gamma)));
}

/** The loss of four samples with targets x, logits l, e = exp(-|l|) and pixels p. */
// @ts-ignore: decorator
@inline
function loss4(x: v128, l: v128, e: v128, p: v128, kind: i32, a: f32, b: f32, c: f32): v128 {
  if (kind == BCE) {
    return f32x4.add(f32x4.sub(f32x4.pmax(l, f32x4.splat(0)), f32x4.mul(l, x)), log1p4(e));
  }
  if (kind == FOCAL) {
    const s = signed4(x, l, c), tail = log1p4(e);
    const cost = softplus4(f32x4.neg(s), tail);
    return f32x4.mul(f32x4.mul(cost, focus4(s, tail, a)), f32x4.splat(b));
  }
  const error = f32x4.sub(p, x), size = f32x4.abs(error);
  const form = kind & (LINEAR - 1);
  if (form == MSE) return f32x4.mul(error, error);
  if (form == L1) return size;
  const inner = f32x4.min(size, f32x4.splat(a));
  return f32x4.mul(inner, f32x4.sub(size, f32x4.mul(inner, f32x4.splat(0.5))));
}

/** The loss's derivative with respect to l. */
// @ts-ignore: decorator
@inline
function gradient4(
  x: v128,
  l: v128,
  e: v128,
  p: v128,
  kind: i32,
  linear: bool,
  a: f32,
  b: f32,
  c: f32,
): v128 {
  const zero = f32x4.splat(0), one = f32x4.splat(1);
  if (kind == FOCAL) {
    const s = signed4(x, l, c), tail = log1p4(e), miss = sigmoidFrom4(f32x4.neg(s), e);
    const cost = softplus4(f32x4.neg(s), tail), focus = focus4(s, tail, a);
    const rest = f32x4.mul(f32x4.mul(cost, f32x4.sub(one, miss)), f32x4.splat(a));
    const slope = f32x4.mul(f32x4.mul(f32x4.add(miss, rest), focus), f32x4.splat(-b));
    return signed4(x, slope, c);
  }
  const error = f32x4.sub(p, x);
  if (kind == BCE) return error;
  const form = kind & (LINEAR - 1);
  let slope = f32x4.add(error, error);
  if (form == L1) {
    // The sign: 1, 0 or -1.
    const up = v128.and(f32x4.gt(error, zero), one);
    slope = f32x4.sub(up, v128.and(f32x4.lt(error, zero), one));
  } else if (form == HUBER) {
    slope = f32x4.max(f32x4.min(error, f32x4.splat(a)), f32x4.splat(-a));
  }
  return linear ? slope : f32x4.mul(slope, f32x4.mul(p, f32x4.sub(one, p)));
}

/** `losses` for one mode, kind and output; constants among them cost no branches. */
// @ts-ignore: decorator
@inline
function lossesOf(
  mode: i32,
  kind: i32,
  linear: bool,
  x: usize,
  output: usize,
  dsums: usize,
  sums: usize,
  gradients: usize,
  images: i32,
  samples: i32,
  a: f32,
  b: f32,
  c: f32,
): void {
  let at: usize = 0;
  for (let image: i32 = 0; image < images; image++) {
    const offset = <usize> image << 2;
    const share = mode == GRADIENTS ? v128.load32_splat(dsums + offset) : f32x4.splat(1);
    let total: f64 = 0;
    for (let start: i32 = 0; start < samples; start += BLOCK) {
      const end = min(samples, start + BLOCK);
      let i = start;
      let sum = f32x4.splat(0);
      for (; i + 4 <= end; i += 4) {
        const t = v128.load(x + at), l = v128.load(output + at);
        const e = linear ? l : exp4(below4(l)), p = linear ? l : sigmoidFrom4(l, e);
        if (mode & LOSSES) sum = f32x4.add(sum, loss4(t, l, e, p, kind, a, b, c));
        if (mode & GRADIENTS) {
          const gradient = gradient4(t, l, e, p, kind, linear, a, b, c);
          v128.store(gradients + at, mode == GRADIENTS ? f32x4.mul(share, gradient) : gradient);
        }
        at += 16;
      }
      total += sum4(sum);
      for (; i < end; i++) {
        const t = v128.load32_splat(x + at), l = v128.load32_splat(output + at);
        const e = linear ? l : exp4(below4(l)), p = linear ? l : sigmoidFrom4(l, e);
        if (mode & LOSSES) {
          total += f32x4.extract_lane(loss4(t, l, e, p, kind, a, b, c), 0);
        }
        if (mode & GRADIENTS) {
          const gradient = gradient4(t, l, e, p, kind, linear, a, b, c);
          v128.store_lane<f32>(gradients + at, f32x4.mul(share, gradient), 0);
        }
        at += 4;
      }
    }
    if (mode & LOSSES) store<f32>(sums + offset, <f32> total);
  }
}

/** `losses` for one mode. Zeros for a, b and c keep the optimiser from merging specialised loops. */
// @ts-ignore: decorator
@inline
function lossesOfAny(
  mode: i32,
  kind: i32,
  x: usize,
  output: usize,
  dsums: usize,
  sums: usize,
  gradients: usize,
  images: i32,
  samples: i32,
  a: f32,
  b: f32,
  c: f32,
): void {
  if (kind == MSE) {
    lossesOf(mode, MSE, false, x, output, dsums, sums, gradients, images, samples, 0, 0, 0);
  } else if (kind == BCE) {
    lossesOf(mode, BCE, false, x, output, dsums, sums, gradients, images, samples, 0, 0, 0);
  } else if (kind < LINEAR) {
    lossesOf(mode, kind, false, x, output, dsums, sums, gradients, images, samples, a, b, c);
  } else lossesOf(mode, kind, true, x, output, dsums, sums, gradients, images, samples, a, b, c);
}

/**
 * Losses, gradients, or both in one pass that shares the exponential.
 *
 * @param dsums factor of each image's gradients; not read where there are `sums`
 * @param sums receives the loss of each image over its `samples`, unless 0
 * @param gradients receives the gradient at each sample, unless 0
 */
export function losses(
  x: usize,
  output: usize,
  dsums: usize,
  sums: usize,
  gradients: usize,
  images: i32,
  samples: i32,
  kind: i32,
  a: f32,
  b: f32,
  c: f32,
): void {
  if (!gradients) {
    lossesOfAny(LOSSES, kind, x, output, 0, sums, 0, images, samples, a, b, c);
  } else if (!sums) {
    lossesOfAny(GRADIENTS, kind, x, output, dsums, 0, gradients, images, samples, a, b, c);
  } else lossesOfAny(BOTH, kind, x, output, 0, sums, gradients, images, samples, a, b, c);
}

/** gradients *= dsums[i], in place, for every sample of image i. */
export function scaleGradients(dsums: usize, gradients: usize, images: i32, samples: i32): void {
  let at = gradients;
  for (let image: i32 = 0; image < images; image++) {
    const share = v128.load32_splat(dsums + (<usize> image << 2));
    let i: i32 = 0;
    for (; i + 4 <= samples; i += 4) {
      v128.store(at, f32x4.mul(share, v128.load(at)));
      at += 16;
    }
    for (; i < samples; i++) {
      store<f32>(at, f32x4.extract_lane(share, 0) * load<f32>(at));
      at += 4;
    }
  }
}
