// Exponential and logarithm to base 2 of two doubles, to some 1e-14.

import { MATH } from "./layout";
import { madd, number } from "./simd";

const MOST: usize = MATH, LEAST: usize = MATH + 8, WHOLE: usize = MATH + 16, ONE: usize = MATH + 24;
const ROOT: usize = MATH + 32, TO_ONE: usize = MATH + 40, MANTISSA: usize = MATH + 48;
const EXPONENT: usize = MATH + 56, BIASED: usize = MATH + 64;
const EXP: usize = MATH + 72, LOG: usize = MATH + 144;

/** Writes the constants; to be called once, before any kernel. */
export function writeConstants(): void {
  store<f64>(MOST, 1000);
  // Far from the slow numbers below 2^-1022.
  store<f64>(LEAST, -900);
  // 1.5 * 2^52: doubles of this size have no fraction, and their last bits are the integer.
  store<f64>(WHOLE, 6755399441055744);
  store<f64>(ONE, 1);
  // The bits of the square root of 1/2, and the way from there to those of 1.
  store<i64>(ROOT, 0x3fe6a09e667f3bcd);
  store<i64>(TO_ONE, 0x3ff0000000000000 - 0x3fe6a09e667f3bcd);
  store<i64>(MANTISSA, 0x000fffffffffffff);
  // The bits of 2^52, and 2^52 + 1023.
  store<i64>(EXPONENT, 0x4330000000000000);
  store<f64>(BIASED, 4503599627370496 + 1023);
  // (2^r - 1) / r on [-1/2, 1/2], minimax: 6e-14 in the value, 3e-14 in 2^r.
  store<f64>(EXP, 1.0203121063391729e-7);
  store<f64>(EXP + 8, 1.3255224878668817e-6);
  store<f64>(EXP + 16, 1.525268684626772e-5);
  store<f64>(EXP + 24, 0.00015403455852453838);
  store<f64>(EXP + 32, 0.0013333558179043112);
  store<f64>(EXP + 40, 0.009618129159402558);
  store<f64>(EXP + 48, 0.055504108664760424);
  store<f64>(EXP + 56, 0.2402265069581299);
  store<f64>(EXP + 64, 0.6931471805599453);
  // 2 artanh(t) / (t ln 2) as a polynomial in t^2, |t| <= tan^2(pi / 8), minimax: 5e-16.
  store<f64>(LOG, 0.2429160853987535);
  store<f64>(LOG + 8, 0.2614442493522915);
  store<f64>(LOG + 16, 0.32061638813224547);
  store<f64>(LOG + 24, 0.4121984020482752);
  store<f64>(LOG + 32, 0.5770780172463286);
  store<f64>(LOG + 40, 0.9617966939243345);
  store<f64>(LOG + 48, 2.885390081777927);
}

/** The sum of x times one number and another. */
// @ts-ignore: decorator
@inline
function pair(factor: usize, rest: usize, x: v128): v128 {
  return madd(number(factor), x, number(rest));
}

/** 2^x; x is clamped to [-900, 1000]. */
// @ts-ignore: decorator
@inline
export function exp2(value: v128): v128 {
  // pmin and pmax take one instruction each, unlike min and max.
  const x = f64x2.pmax(f64x2.pmin(value, number(MOST)), number(LEAST));
  const shifted = f64x2.add(x, number(WHOLE));
  const r = f64x2.sub(x, f64x2.sub(shifted, number(WHOLE)));
  // Pairs of terms, then pairs of pairs: the chain is half as long as term by term.
  const r2 = f64x2.mul(r, r), r4 = f64x2.mul(r2, r2);
  const first = madd(pair(EXP + 48, EXP + 56, r), r2, pair(EXP + 64, ONE, r));
  const second = madd(pair(EXP + 16, EXP + 24, r), r2, pair(EXP + 32, EXP + 40, r));
  const p = madd(madd(pair(EXP, EXP + 8, r), r4, second), r4, first);
  // Adds the integer to the exponent bits.
  return i64x2.add(p, i64x2.shl(shifted, 52));
}

/** The logarithm to base 2 of a normal number above 0. */
// @ts-ignore: decorator
@inline
export function log2(x: v128): v128 {
  const moved = i64x2.add(x, number(TO_ONE));
  // 2^52 + 1023 + n for x = 2^n m, with m between the square roots of 1/2 and 2.
  const exponent = v128.or(i64x2.shr_u(moved, 52), number(EXPONENT));
  const m = i64x2.add(v128.and(moved, number(MANTISSA)), number(ROOT));
  const t = f64x2.div(f64x2.sub(m, number(ONE)), f64x2.add(m, number(ONE)));
  const t2 = f64x2.mul(t, t);
  const t4 = f64x2.mul(t2, t2);
  const high = madd(number(LOG), t4, pair(LOG + 8, LOG + 16, t2));
  const p = madd(madd(high, t4, pair(LOG + 24, LOG + 32, t2)), t4, pair(LOG + 40, LOG + 48, t2));
  return madd(p, t, f64x2.sub(exponent, number(BIASED)));
}
