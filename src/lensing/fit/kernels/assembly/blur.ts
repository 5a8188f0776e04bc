// Convolution with a separable PSF; beyond the border lies the nearest pixel.

import { madd } from "./simd";

// @ts-ignore: decorator
@inline
function row(from: usize, index: i32, height: i32, stride: usize): v128 {
  const nearest = max<i32>(0, min<i32>(index, height - 1));
  return v128.load(from + <usize> nearest * stride);
}

/** Weighs nine rows around the middle one. */
// @ts-ignore: decorator
@inline
function weigh(
  a: v128,
  b: v128,
  c: v128,
  d: v128,
  middle: v128,
  e: v128,
  f: v128,
  g: v128,
  h: v128,
  weights: usize,
): v128 {
  let sum = f64x2.mul(middle, v128.load64_splat(weights));
  sum = madd(f64x2.add(d, e), v128.load64_splat(weights, 8), sum);
  sum = madd(f64x2.add(c, f), v128.load64_splat(weights, 16), sum);
  sum = madd(f64x2.add(b, g), v128.load64_splat(weights, 24), sum);
  return madd(f64x2.add(a, h), v128.load64_splat(weights, 32), sum);
}

/** Adds the rows farther than four from the middle one. */
// @ts-ignore: decorator
@inline
function weighFar(
  sum: v128,
  from: usize,
  middle: i32,
  height: i32,
  stride: usize,
  weights: usize,
  radius: i32,
): v128 {
  for (let k: i32 = 5; k <= radius; k++) {
    const both = f64x2.add(
      row(from, middle - k, height, stride),
      row(from, middle + k, height, stride),
    );
    sum = madd(both, v128.load64_splat(weights + (<usize> k << 3)), sum);
  }
  return sum;
}

/**
 * Blurs along columns and transposes: `to` has `width` rows of `height`, both at least 2.
 *
 * Two columns by two rows at a time; the last ones twice where the number is odd.
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
  for (let pair: i32 = 0; pair < width; pair += 2) {
    const column = min<i32>(pair, width - 2);
    const at = from + (<usize> column << 3), out = to + <usize> column * toStride;
    let a = row(at, -4, height, stride), b = a, c = a, d = a, middle = a;
    let e = row(at, 1, height, stride), f = row(at, 2, height, stride);
    let g = row(at, 3, height, stride);
    for (let i: i32 = 0; i < height; i += 2) {
      const h = row(at, i + 4, height, stride), next = row(at, i + 5, height, stride);
      let first = weigh(a, b, c, d, middle, e, f, g, h, weights);
      let second = weigh(b, c, d, middle, e, f, g, h, next, weights);
      first = weighFar(first, at, i, height, stride, weights, radius);
      second = weighFar(second, at, i + 1, height, stride, weights, radius);
      const place = out + (<usize> i << 3);
      if (i + 2 <= height) {
        v128.store(place, v128.shuffle<f64>(first, second, 0, 2));
        v128.store(place + toStride, v128.shuffle<f64>(first, second, 1, 3));
      } else {
        store<f64>(place, f64x2.extract_lane(first, 0));
        store<f64>(place + toStride, f64x2.extract_lane(first, 1));
      }
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
