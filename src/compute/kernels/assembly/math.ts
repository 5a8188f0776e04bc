// Elementary functions of four floats, accurate to about two units in the last place.

import { madd } from "./simd";

// Constants are read from memory: loading one takes the engine one instruction, materialising one takes
// three, which would be most of the work. `constants` is their address.
let constants: usize = 0;

const ONE: usize = 0, SIGN: usize = 4, HIGH: usize = 8, LOW: usize = 12, LOG2_E: usize = 16;
const WHOLE: usize = 20, LN2_FIRST: usize = 24, LN2_REST: usize = 28;
const EXP: usize = 32, LOG: usize = 56;

/** Floats that `writeMathConstants` writes. */
export const MATH_FLOATS: i32 = 24;

/** Writes the constants. */
export function writeMathConstants(at: usize): void {
  constants = at;
  store<f32>(at, 1, ONE);
  store<f32>(at, -0.0, SIGN);
  store<f32>(at, 88.02, HIGH);
  store<f32>(at, -87, LOW);
  store<f32>(at, 1.44269504, LOG2_E);
  // 1.5 * 2^23: floats of this size have no fraction, and their last bits are the integer.
  store<f32>(at, 12582912, WHOLE);
  store<f32>(at, -0.693359375, LN2_FIRST);
  store<f32>(at, 2.12194440e-4, LN2_REST);
  // The polynomial of the Cephes library (S. L. Moshier, expf).
  store<f32>(at, 1.9875691500e-4, EXP);
  store<f32>(at, 1.3981999507e-3, EXP + 4);
  store<f32>(at, 8.3334519073e-3, EXP + 8);
  store<f32>(at, 4.1665795894e-2, EXP + 12);
  store<f32>(at, 1.6666665459e-1, EXP + 16);
  store<f32>(at, 5.0000001201e-1, EXP + 20);
  // log(1 + t) / t on [0, 1], minimax in the relative error: 5e-9.
  store<f32>(at, -0.0032438617199659348, LOG);
  store<f32>(at, 0.019850732758641243, LOG + 4);
  store<f32>(at, -0.05695817992091179, LOG + 8);
  store<f32>(at, 0.10603519529104233, LOG + 12);
  store<f32>(at, -0.15305514633655548, LOG + 16);
  store<f32>(at, 0.19675911962985992, LOG + 20);
  store<f32>(at, -0.2495412826538086, LOG + 24);
  store<f32>(at, 0.3332996070384979, LOG + 28);
  store<f32>(at, -0.4999990165233612, LOG + 32);
}

/** exp(x); x is clamped to the range of float32. */
// @ts-ignore: decorator
@inline
export function exp4(value: v128): v128 {
  const at = constants, whole = v128.load32_splat(at, WHOLE), one = v128.load32_splat(at, ONE);
  // pmin and pmax take one instruction each, unlike min and max, and preserve NaN.
  const below = f32x4.pmin(value, v128.load32_splat(at, HIGH));
  const x = f32x4.pmax(below, v128.load32_splat(at, LOW));
  // x = n ln 2 + r with |r| <= ln 2 / 2; ln 2 in two parts to preserve the digits of r.
  const shifted = madd(x, v128.load32_splat(at, LOG2_E), whole);
  const n = f32x4.sub(shifted, whole);
  let r = madd(n, v128.load32_splat(at, LN2_FIRST), x);
  r = madd(n, v128.load32_splat(at, LN2_REST), r);
  let p = v128.load32_splat(at, EXP);
  p = madd(p, r, v128.load32_splat(at, EXP + 4));
  p = madd(p, r, v128.load32_splat(at, EXP + 8));
  p = madd(p, r, v128.load32_splat(at, EXP + 12));
  p = madd(p, r, v128.load32_splat(at, EXP + 16));
  p = madd(p, r, v128.load32_splat(at, EXP + 20));
  p = madd(p, f32x4.mul(r, r), f32x4.add(r, one));
  // 2^n: adds n to the exponent bits of 1.
  return f32x4.mul(p, i32x4.add(i32x4.shl(shifted, 23), one));
}

/** -|x|. */
// @ts-ignore: decorator
@inline
export function below4(x: v128): v128 {
  return v128.or(x, v128.load32_splat(constants, SIGN));
}

/** log(1 + t) for t in [0, 1], with full relative accuracy for small t. */
// @ts-ignore: decorator
@inline
export function log1p4(t: v128): v128 {
  const at = constants;
  let p = v128.load32_splat(at, LOG);
  p = madd(p, t, v128.load32_splat(at, LOG + 4));
  p = madd(p, t, v128.load32_splat(at, LOG + 8));
  p = madd(p, t, v128.load32_splat(at, LOG + 12));
  p = madd(p, t, v128.load32_splat(at, LOG + 16));
  p = madd(p, t, v128.load32_splat(at, LOG + 20));
  p = madd(p, t, v128.load32_splat(at, LOG + 24));
  p = madd(p, t, v128.load32_splat(at, LOG + 28));
  p = madd(p, t, v128.load32_splat(at, LOG + 32));
  p = madd(p, t, v128.load32_splat(at, ONE));
  return f32x4.mul(p, t);
}

/** 1 / (1 + exp(-x)). */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  return sigmoidFrom4(x, exp4(below4(x)));
}

/** 1 / (1 + exp(-x)), from e = exp(-|x|). */
// @ts-ignore: decorator
@inline
export function sigmoidFrom4(x: v128, e: v128): v128 {
  const one = v128.load32_splat(constants, ONE);
  // exp(-|x|) does not overflow.
  const top = v128.bitselect(one, e, f32x4.ge(x, f32x4.splat(0)));
  return f32x4.div(top, f32x4.add(one, e));
}

/** (1 - exp(-2|x|)) / (1 + exp(-2|x|)), with the sign of x. */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const a = f32x4.abs(x);
  const e = exp4(f32x4.mul(a, f32x4.splat(-2)));
  const one = f32x4.splat(1);
  const far = f32x4.div(f32x4.sub(one, e), f32x4.add(one, e));
  // Near zero 1 - e loses digits; the series is x - x^3/3 + 2x^5/15 - 17x^7/315.
  const q = f32x4.mul(x, x);
  let p = f32x4.splat(-17.0 / 315.0);
  p = madd(p, q, f32x4.splat(2.0 / 15.0));
  p = madd(p, q, f32x4.splat(-1.0 / 3.0));
  p = madd(p, q, one);
  const near = f32x4.mul(a, p);
  const magnitude = v128.bitselect(near, far, f32x4.lt(a, f32x4.splat(0.125)));
  return v128.bitselect(magnitude, x, i32x4.splat(0x7fffffff));
}

/** The horizontal sum. */
// @ts-ignore: decorator
@inline
export function sum4(x: v128): f32 {
  return (f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1)) +
    (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}
