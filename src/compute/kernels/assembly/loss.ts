// Losses of sigmoid(logits) against images, one sum an image, and their gradients by the logits.
// Losses by number: 0 squared error, 1 binary cross-entropy in nats.

import { below4, exp4, log1p4, sigmoid4, sum4 } from "./math";

/** Floats that are added up before they are added to the rest, so that rounding stays small. */
export const BLOCK: i32 = 512;

/** Cross-entropy from exp(-|l|): max(l, 0) - l x + log(1 + exp(-|l|)). */
// @ts-ignore: decorator
@inline
export function crossEntropy4(x: v128, l: v128, e: v128): v128 {
  return f32x4.add(f32x4.sub(f32x4.pmax(l, f32x4.splat(0)), f32x4.mul(l, x)), log1p4(e));
}

/** The slope, from a sigmoid and what it misses. */
// @ts-ignore: decorator
@inline
export function slopeFrom4(p: v128, error: v128, kind: i32): v128 {
  if (kind == 1) return error;
  const twice = f32x4.add(error, error);
  return f32x4.mul(twice, f32x4.mul(p, f32x4.sub(f32x4.splat(1), p)));
}

// @ts-ignore: decorator
@inline
function loss4(x: v128, l: v128, kind: i32): v128 {
  if (kind == 1) return crossEntropy4(x, l, exp4(below4(l)));
  const error = f32x4.sub(x, sigmoid4(l));
  return f32x4.mul(error, error);
}

// @ts-ignore: decorator
@inline
function slope4(x: v128, l: v128, kind: i32): v128 {
  const p = sigmoid4(l);
  return slopeFrom4(p, f32x4.sub(p, x), kind);
}

/** sums[i] = the loss of image i, over `pixels` samples. */
export function pixelLoss(
  x: usize,
  logits: usize,
  sums: usize,
  images: i32,
  pixels: i32,
  kind: i32,
): void {
  let at: usize = 0;
  for (let image: i32 = 0; image < images; image++) {
    let total: f64 = 0;
    for (let start: i32 = 0; start < pixels; start += BLOCK) {
      const end = min(pixels, start + BLOCK);
      let i = start;
      let sum = f32x4.splat(0);
      for (; i + 4 <= end; i += 4) {
        sum = f32x4.add(sum, loss4(v128.load(x + at), v128.load(logits + at), kind));
        at += 16;
      }
      total += sum4(sum);
      for (; i < end; i++) {
        const l = v128.load32_splat(logits + at);
        total += f32x4.extract_lane(loss4(v128.load32_splat(x + at), l, kind), 0);
        at += 4;
      }
    }
    store<f32>(sums + (<usize> image << 2), <f32> total);
  }
}

/** dlogits = dsums[i] * slope of the loss, for every sample of image i. */
export function pixelLossGradient(
  dsums: usize,
  x: usize,
  logits: usize,
  dlogits: usize,
  images: i32,
  pixels: i32,
  kind: i32,
): void {
  let at: usize = 0;
  for (let image: i32 = 0; image < images; image++) {
    const share = v128.load32_splat(dsums + (<usize> image << 2));
    let i: i32 = 0;
    for (; i + 4 <= pixels; i += 4) {
      const slope = slope4(v128.load(x + at), v128.load(logits + at), kind);
      v128.store(dlogits + at, f32x4.mul(share, slope));
      at += 16;
    }
    for (; i < pixels; i++) {
      const slope = slope4(v128.load32_splat(x + at), v128.load32_splat(logits + at), kind);
      store<f32>(dlogits + at, f32x4.extract_lane(f32x4.mul(share, slope), 0));
      at += 4;
    }
  }
}
