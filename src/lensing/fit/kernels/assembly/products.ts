// Products of columns of pixels.

import { madd } from "./simd";

// @ts-ignore: decorator
@inline
function sum2(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}

/** to = a * b, for `count` doubles, a multiple of two. */
export function weigh(a: usize, b: usize, to: usize, count: i32): void {
  const bytes = <usize> count << 3;
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(to + at, f64x2.mul(v128.load(a + at), v128.load(b + at)));
  }
}

/**
 * C (row-major) = products of each of `rows` columns with each before it and itself, by tiles of three by three.
 *
 * @param columns One after the other, `stride` bytes apart; a multiple of three of them.
 * @param pixels Doubles per column, a multiple of two; less than `stride` holds.
 */
export function products(
  columns: usize,
  rows: i32,
  pixels: i32,
  stride: usize,
  c: usize,
): void {
  const bytes = <usize> pixels << 3, line = <usize> rows << 3;
  for (let i: i32 = 0; i < rows; i += 3) {
    for (let j: i32 = 0; j <= i; j += 3) {
      const p = columns + <usize> i * stride, q = columns + <usize> j * stride;
      const p1 = p + stride, p2 = p1 + stride, q1 = q + stride, q2 = q1 + stride;
      let s00 = f64x2.splat(0), s01 = s00, s02 = s00, s10 = s00, s11 = s00, s12 = s00;
      let s20 = s00, s21 = s00, s22 = s00;
      for (let at: usize = 0; at < bytes; at += 16) {
        const a0 = v128.load(p + at), a1 = v128.load(p1 + at), a2 = v128.load(p2 + at);
        const b0 = v128.load(q + at), b1 = v128.load(q1 + at), b2 = v128.load(q2 + at);
        s00 = madd(a0, b0, s00);
        s01 = madd(a0, b1, s01);
        s02 = madd(a0, b2, s02);
        s10 = madd(a1, b0, s10);
        s11 = madd(a1, b1, s11);
        s12 = madd(a1, b2, s12);
        s20 = madd(a2, b0, s20);
        s21 = madd(a2, b1, s21);
        s22 = madd(a2, b2, s22);
      }
      const to = c + <usize> i * line + (<usize> j << 3);
      store<f64>(to, sum2(s00));
      store<f64>(to, sum2(s01), 8);
      store<f64>(to, sum2(s02), 16);
      store<f64>(to + line, sum2(s10));
      store<f64>(to + line, sum2(s11), 8);
      store<f64>(to + line, sum2(s12), 16);
      store<f64>(to + 2 * line, sum2(s20));
      store<f64>(to + 2 * line, sum2(s21), 8);
      store<f64>(to + 2 * line, sum2(s22), 16);
    }
  }
}
