// The losses of `loss.ts` and their slopes by the logits in one pass, for training: both need the same
// exponential, which is most of the work.

import { BLOCK, crossEntropy4, slopeFrom4 } from "./loss";
import { below4, exp4, sigmoidFrom4, sum4 } from "./math";

/** The loss, from what a sigmoid misses, and exp(-|l|). */
// @ts-ignore: decorator
@inline
function loss4(x: v128, l: v128, error: v128, e: v128, kind: i32): v128 {
  return kind == 0 ? f32x4.mul(error, error) : crossEntropy4(x, l, e);
}

/** The loop for a kind, which is a constant. */
// @ts-ignore: decorator
@inline
function all(
  x: usize,
  logits: usize,
  sums: usize,
  slopes: usize,
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
        const target = v128.load(x + at), l = v128.load(logits + at);
        const e = exp4(below4(l)), p = sigmoidFrom4(l, e), error = f32x4.sub(p, target);
        v128.store(slopes + at, slopeFrom4(p, error, kind));
        sum = f32x4.add(sum, loss4(target, l, error, e, kind));
        at += 16;
      }
      total += sum4(sum);
      for (; i < end; i++) {
        const target = v128.load32_splat(x + at), l = v128.load32_splat(logits + at);
        const e = exp4(below4(l)), p = sigmoidFrom4(l, e), error = f32x4.sub(p, target);
        store<f32>(slopes + at, f32x4.extract_lane(slopeFrom4(p, error, kind), 0));
        total += f32x4.extract_lane(loss4(target, l, error, e, kind), 0);
        at += 4;
      }
    }
    store<f32>(sums + (<usize> image << 2), <f32> total);
  }
}

/** sums[i] = the loss of image i over `pixels` samples; slopes = that of the loss, for every sample. */
export function pixelLossSlopes(
  x: usize,
  logits: usize,
  sums: usize,
  slopes: usize,
  images: i32,
  pixels: i32,
  kind: i32,
): void {
  if (kind == 0) all(x, logits, sums, slopes, images, pixels, 0);
  else all(x, logits, sums, slopes, images, pixels, 1);
}

/** slopes *= dsums[i], in place, for every sample of image i. */
export function scaleSlopes(dsums: usize, slopes: usize, images: i32, pixels: i32): void {
  let at = slopes;
  for (let image: i32 = 0; image < images; image++) {
    const share = v128.load32_splat(dsums + (<usize> image << 2));
    let i: i32 = 0;
    for (; i + 4 <= pixels; i += 4) {
      v128.store(at, f32x4.mul(share, v128.load(at)));
      at += 16;
    }
    for (; i < pixels; i++) {
      store<f32>(at, f32x4.extract_lane(share, 0) * load<f32>(at));
      at += 4;
    }
  }
}
