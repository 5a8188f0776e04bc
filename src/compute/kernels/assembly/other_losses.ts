// Losses that few trainings use, so that the loops of `loss.ts` stay small: one sum an image, and their
// gradients by what the decoder gives. By number: 0 squared error of a linear output, 2 absolute error, 3
// Huber with delta = a, 4 focal with gamma = a, alpha = b and threshold = c. Pixels are sigmoid(logits),
// or, with LINEAR added to the number of 0, 2 or 3, the logits themselves.

import { BLOCK } from "./loss";
import { exp4, log1p4, sigmoid4, sum4 } from "./math";

/** Added to a loss's number where the output is linear. */
const LINEAR: i32 = 8;

// @ts-ignore: decorator
@inline
function loss4(x: v128, l: v128, kind: i32, a: f32, b: f32, c: f32): v128 {
  if (kind == 4) {
    const s = towards4(x, l, c);
    const below = log1p4(exp4(f32x4.neg(f32x4.abs(l))));
    const zero = f32x4.splat(0);
    const cost = f32x4.add(f32x4.max(f32x4.neg(s), zero), below);
    const focus = focus4(f32x4.add(f32x4.max(s, zero), below), a);
    return f32x4.mul(f32x4.mul(cost, focus), f32x4.splat(b));
  }
  const p = kind >= LINEAR ? l : sigmoid4(l);
  const error = f32x4.sub(p, x), size = f32x4.abs(error);
  const form = kind & (LINEAR - 1);
  if (form == 0) return f32x4.mul(error, error);
  if (form == 2) return size;
  const inner = f32x4.min(size, f32x4.splat(a));
  return f32x4.mul(inner, f32x4.sub(size, f32x4.mul(inner, f32x4.splat(0.5))));
}

/** The logit of what is to be: l where x is above the threshold, -l elsewhere. */
// @ts-ignore: decorator
@inline
function towards4(x: v128, l: v128, threshold: f32): v128 {
  return v128.bitselect(l, f32x4.neg(l), f32x4.gt(x, f32x4.splat(threshold)));
}

/** (1 - q)^gamma from -log(1 - q). */
// @ts-ignore: decorator
@inline
function focus4(costOfOther: v128, gamma: f32): v128 {
  return exp4(f32x4.mul(costOfOther, f32x4.splat(-gamma)));
}

// @ts-ignore: decorator
@inline
function slope4(x: v128, l: v128, kind: i32, a: f32, b: f32, c: f32): v128 {
  const zero = f32x4.splat(0), one = f32x4.splat(1);
  if (kind == 4) {
    const s = towards4(x, l, c);
    const below = log1p4(exp4(f32x4.neg(f32x4.abs(l))));
    const cost = f32x4.add(f32x4.max(f32x4.neg(s), zero), below);
    const focus = focus4(f32x4.add(f32x4.max(s, zero), below), a);
    const miss = sigmoid4(f32x4.neg(s));
    const rest = f32x4.mul(f32x4.mul(cost, f32x4.sub(one, miss)), f32x4.splat(a));
    const slope = f32x4.mul(f32x4.mul(f32x4.add(miss, rest), focus), f32x4.splat(-b));
    return towards4(x, slope, c);
  }
  const linear = kind >= LINEAR;
  const p = linear ? l : sigmoid4(l);
  const error = f32x4.sub(p, x);
  const form = kind & (LINEAR - 1);
  let slope = f32x4.add(error, error);
  if (form == 2) {
    // The sign: 1, 0 or -1.
    const up = v128.and(f32x4.gt(error, zero), one);
    slope = f32x4.sub(up, v128.and(f32x4.lt(error, zero), one));
  } else if (form == 3) {
    slope = f32x4.max(f32x4.min(error, f32x4.splat(a)), f32x4.splat(-a));
  }
  return linear ? slope : f32x4.mul(slope, f32x4.mul(p, f32x4.sub(one, p)));
}

/** sums[i] = the loss of image i, over `pixels` samples. */
export function otherLoss(
  x: usize,
  logits: usize,
  sums: usize,
  images: i32,
  pixels: i32,
  kind: i32,
  a: f32,
  b: f32,
  c: f32,
): void {
  let at: usize = 0;
  for (let image: i32 = 0; image < images; image++) {
    let total: f64 = 0;
    for (let start: i32 = 0; start < pixels; start += BLOCK) {
      const end = min(pixels, start + BLOCK);
      let i = start;
      let sum = f32x4.splat(0);
      for (; i + 4 <= end; i += 4) {
        sum = f32x4.add(sum, loss4(v128.load(x + at), v128.load(logits + at), kind, a, b, c));
        at += 16;
      }
      total += sum4(sum);
      for (; i < end; i++) {
        const l = v128.load32_splat(logits + at);
        total += f32x4.extract_lane(loss4(v128.load32_splat(x + at), l, kind, a, b, c), 0);
        at += 4;
      }
    }
    store<f32>(sums + (<usize> image << 2), <f32> total);
  }
}

/** dlogits = dsums[i] * slope of the loss, for every sample of image i. */
export function otherLossGradient(
  dsums: usize,
  x: usize,
  logits: usize,
  dlogits: usize,
  images: i32,
  pixels: i32,
  kind: i32,
  a: f32,
  b: f32,
  c: f32,
): void {
  let at: usize = 0;
  for (let image: i32 = 0; image < images; image++) {
    const share = v128.load32_splat(dsums + (<usize> image << 2));
    let i: i32 = 0;
    for (; i + 4 <= pixels; i += 4) {
      const slope = slope4(v128.load(x + at), v128.load(logits + at), kind, a, b, c);
      v128.store(dlogits + at, f32x4.mul(share, slope));
      at += 16;
    }
    for (; i < pixels; i++) {
      const l = v128.load32_splat(logits + at);
      const slope = slope4(v128.load32_splat(x + at), l, kind, a, b, c);
      store<f32>(dlogits + at, f32x4.extract_lane(f32x4.mul(share, slope), 0));
      at += 4;
    }
  }
}
