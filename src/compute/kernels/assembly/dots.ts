// A times one column: the counterpart of rows.ts for convolutions of grey images, with one filter or
// one channel. A panel would have one non-zero column, so the sums run along k, four products at a
// time.

import { madd } from "./simd";
import { RELU } from "./epilogue";

/** The horizontal sums of four vectors, each in the same order. */
// @ts-ignore: decorator
@inline
function sumEach(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

/** C (m rows, `cRow` bytes apart) = epilogue(A * b + bias). A as in rows.ts, b contiguous. */
export function rowsByVector(
  m: i32,
  runs: i32,
  run: i32,
  a: usize,
  aRow: usize,
  aJump: usize,
  b: usize,
  bias: f32,
  c: usize,
  cRow: usize,
  epilogue: i32,
): void {
  const start = f32x4.splat(bias), least = f32x4.splat(epilogue & RELU ? 0 : -Infinity);
  for (let i: i32 = 0; i < m; i += 4) {
    // With fewer than four rows left, the last is read again but not stored.
    const left = m - i;
    let a0 = a, a1 = a0 + (left > 1 ? aRow : 0);
    let a2 = a1 + (left > 2 ? aRow : 0), a3 = a2 + (left > 3 ? aRow : 0);
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, t0 = s0, t1 = s0, t2 = s0, t3 = s0;
    let at = b;
    for (let r: i32 = runs; r > 0; r--) {
      let k = run;
      for (; k >= 8; k -= 8) {
        const v = v128.load(at), w = v128.load(at, 16);
        s0 = madd(v128.load(a0), v, s0);
        t0 = madd(v128.load(a0, 16), w, t0);
        s1 = madd(v128.load(a1), v, s1);
        t1 = madd(v128.load(a1, 16), w, t1);
        s2 = madd(v128.load(a2), v, s2);
        t2 = madd(v128.load(a2, 16), w, t2);
        s3 = madd(v128.load(a3), v, s3);
        t3 = madd(v128.load(a3, 16), w, t3);
        at += 32;
        a0 += 32;
        a1 += 32;
        a2 += 32;
        a3 += 32;
      }
      for (; k > 0; k--) {
        const v = v128.load32_zero(at);
        s0 = madd(v128.load32_zero(a0), v, s0);
        s1 = madd(v128.load32_zero(a1), v, s1);
        s2 = madd(v128.load32_zero(a2), v, s2);
        s3 = madd(v128.load32_zero(a3), v, s3);
        at += 4;
        a0 += 4;
        a1 += 4;
        a2 += 4;
        a3 += 4;
      }
      a0 += aJump;
      a1 += aJump;
      a2 += aJump;
      a3 += aJump;
    }
    const low = sumEach(s0, s1, s2, s3), high = sumEach(t0, t1, t2, t3);
    const sums = f32x4.pmax(f32x4.add(f32x4.add(low, high), start), least);
    v128.store_lane<f32>(c, sums, 0);
    if (left > 1) v128.store_lane<f32>(c + cRow, sums, 1);
    if (left > 2) v128.store_lane<f32>(c + 2 * cRow, sums, 2);
    if (left > 3) v128.store_lane<f32>(c + 3 * cRow, sums, 3);
    a += 4 * aRow;
    c += 4 * cRow;
  }
}
