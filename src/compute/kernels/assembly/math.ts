// Elementary functions on four floats at a time, accurate to about two units in the last place.

import { madd } from "./simd";

/** exp(x); x is clamped to what float32 can hold. */
// @ts-ignore: decorator
@inline
export function exp4(value: v128): v128 {
  const x = f32x4.max(f32x4.min(value, f32x4.splat(88.02)), f32x4.splat(-87.0));
  // x = n ln 2 + r with |r| <= ln 2 / 2; ln 2 in two parts, so that r keeps its digits.
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504)));
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.add(r, f32x4.mul(n, f32x4.splat(2.12194440e-4)));
  // The polynomial of the Cephes library (S. L. Moshier, expf).
  let p = f32x4.splat(1.9875691500e-4);
  p = madd(p, r, f32x4.splat(1.3981999507e-3));
  p = madd(p, r, f32x4.splat(8.3334519073e-3));
  p = madd(p, r, f32x4.splat(4.1665795894e-2));
  p = madd(p, r, f32x4.splat(1.6666665459e-1));
  p = madd(p, r, f32x4.splat(5.0000001201e-1));
  p = madd(p, f32x4.mul(r, r), f32x4.add(r, f32x4.splat(1)));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(p, power);
}

/** log(1 + t) for t in [0, 1], with full relative accuracy for small t. */
// @ts-ignore: decorator
@inline
export function log1p4(t: v128): v128 {
  // 2 artanh(s) with s = t / (2 + t) <= 1/3; the series is cut after s^17 / 17.
  const s = f32x4.div(t, f32x4.add(t, f32x4.splat(2)));
  const q = f32x4.mul(s, s);
  let p = f32x4.splat(1.0 / 17.0);
  p = madd(p, q, f32x4.splat(1.0 / 15.0));
  p = madd(p, q, f32x4.splat(1.0 / 13.0));
  p = madd(p, q, f32x4.splat(1.0 / 11.0));
  p = madd(p, q, f32x4.splat(1.0 / 9.0));
  p = madd(p, q, f32x4.splat(1.0 / 7.0));
  p = madd(p, q, f32x4.splat(1.0 / 5.0));
  p = madd(p, q, f32x4.splat(1.0 / 3.0));
  p = madd(p, q, f32x4.splat(1));
  const double = f32x4.add(s, s);
  return f32x4.mul(double, p);
}

/** 1 / (1 + exp(-x)). */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  const e = exp4(f32x4.neg(f32x4.abs(x)));
  const one = f32x4.splat(1);
  // exp(-|x|) never overflows; below zero the fraction is turned over.
  const top = v128.bitselect(one, e, f32x4.ge(x, f32x4.splat(0)));
  return f32x4.div(top, f32x4.add(one, e));
}

/** (exp(2x) - 1) / (exp(2x) + 1), of the sign of x. */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const a = f32x4.abs(x);
  const e = exp4(f32x4.mul(a, f32x4.splat(-2)));
  const one = f32x4.splat(1);
  const far = f32x4.div(f32x4.sub(one, e), f32x4.add(one, e));
  // Near zero 1 - e loses digits: x - x^3/3 + 2x^5/15 - 17x^7/315 there.
  const q = f32x4.mul(x, x);
  let p = f32x4.splat(-17.0 / 315.0);
  p = madd(p, q, f32x4.splat(2.0 / 15.0));
  p = madd(p, q, f32x4.splat(-1.0 / 3.0));
  p = madd(p, q, one);
  const near = f32x4.mul(a, p);
  const magnitude = v128.bitselect(near, far, f32x4.lt(a, f32x4.splat(0.125)));
  return v128.bitselect(magnitude, x, i32x4.splat(0x7fffffff));
}

/** The sum of the four. */
// @ts-ignore: decorator
@inline
export function sum4(x: v128): f32 {
  return (f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1)) +
    (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}
