// Convolution with a separable PSF; beyond the border lies the nearest pixel.

import { madd } from "./simd";

/** Two pixels of a row, or of the nearest row there is. */
// @ts-ignore: decorator
@inline
function row(from: usize, index: i32, height: i32, stride: usize): v128 {
  const nearest = max<i32>(0, min<i32>(index, height - 1));
  return v128.load(from + <usize> nearest * stride);
}

/**
 * Blurs along columns and transposes: `to` has `width` rows of `height`, both at least 2.
 *
 * Two columns by two rows at a time, the last columns twice where their number is odd. The ten rows that
 * they need are handed on from step to step.
 *
 * @param weights Half of the profile from the middle outward, at least five doubles.
 * @param radius Weights beside the first.
 */
function blurAndTranspose(
  from: usize,
  to: usize,
  width: i32,
  height: i32,
  weights: usize,
  radius: i32,
): void {
  const stride = <usize> width << 3, toStride = <usize> height << 3;
  const w0 = v128.load64_splat(weights), w1 = v128.load64_splat(weights, 8);
  const w2 = v128.load64_splat(weights, 16), w3 = v128.load64_splat(weights, 24);
  const w4 = v128.load64_splat(weights, 32);
  for (let pair: i32 = 0; pair < width; pair += 2) {
    const column = min<i32>(pair, width - 2);
    const at = from + (<usize> column << 3), last = at + <usize> (height - 1) * stride;
    let place = to + <usize> column * toStride, ahead = min<usize>(at + 3 * stride, last);
    let a = v128.load(at), b = a, c = a, d = a, middle = a;
    let e = v128.load(min<usize>(at + stride, last));
    let f = v128.load(min<usize>(at + 2 * stride, last)), g = v128.load(ahead);
    for (let i: i32 = 0; i < height; i += 2) {
      ahead = min<usize>(ahead + stride, last);
      const h = v128.load(ahead);
      ahead = min<usize>(ahead + stride, last);
      const next = v128.load(ahead);
      let first = f64x2.mul(middle, w0), second = f64x2.mul(e, w0);
      first = madd(f64x2.add(d, e), w1, first);
      second = madd(f64x2.add(middle, f), w1, second);
      first = madd(f64x2.add(c, f), w2, first);
      second = madd(f64x2.add(d, g), w2, second);
      first = madd(f64x2.add(b, g), w3, first);
      second = madd(f64x2.add(c, h), w3, second);
      first = madd(f64x2.add(a, h), w4, first);
      second = madd(f64x2.add(b, next), w4, second);
      // Farther rows; those of the second row begin with the last ones of the first, and the reverse.
      let up = a, down = next;
      for (let k: i32 = 5; k <= radius; k++) {
        const weight = v128.load64_splat(weights + (<usize> k << 3));
        const above = row(at, i - k, height, stride), below = row(at, i + 1 + k, height, stride);
        first = madd(f64x2.add(above, down), weight, first);
        second = madd(f64x2.add(up, below), weight, second);
        up = above;
        down = below;
      }
      if (i + 2 <= height) {
        v128.store(place, v128.shuffle<f64>(first, second, 0, 2));
        v128.store(place + toStride, v128.shuffle<f64>(first, second, 1, 3));
      } else {
        store<f64>(place, f64x2.extract_lane(first, 0));
        store<f64>(place + toStride, f64x2.extract_lane(first, 1));
      }
      place += 16;
      a = c;
      b = d;
      c = middle;
      d = e;
      middle = f;
      e = g;
      f = h;
      g = next;
    }
  }
}

/** Blurs a plane in place; `scratch` has room for another. */
export function blur(
  plane: usize,
  scratch: usize,
  width: i32,
  height: i32,
  weights: usize,
  radius: i32,
): void {
  blurAndTranspose(plane, scratch, width, height, weights, radius);
  blurAndTranspose(scratch, plane, height, width, weights, radius);
}
