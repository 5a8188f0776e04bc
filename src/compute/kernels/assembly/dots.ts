// A times one column: what `rows.ts` does for a panel, for the convolutions of grey images, which have
// one filter or one channel. A panel would be zeros but for one column, so the sums run along k, four
// products at a time.

import { madd } from "./simd";
import { RELU } from "./finish";

/** The sum of a vector's four floats, finished. */
// @ts-ignore: decorator
@inline
function putSum(c: usize, sums: v128, bias: f32, finish: i32): void {
  const pairs = f32x4.add(sums, v128.shuffle<f32>(sums, sums, 2, 3, 0, 1));
  let value = f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1) + bias;
  if ((finish & RELU) && value < 0) value = 0;
  store<f32>(c, value);
}

/** C (m rows, `cRow` bytes apart) = A * b + bias, finished as asked. A as in rows.ts, b contiguous. */
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
  finish: i32,
): void {
  for (let i: i32 = 0; i < m; i += 4) {
    // Of fewer than four rows the last is read again and not stored.
    const left = m - i;
    let a0 = a, a1 = a0 + (left > 1 ? aRow : 0);
    let a2 = a1 + (left > 2 ? aRow : 0), a3 = a2 + (left > 3 ? aRow : 0);
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    let at = b;
    for (let r: i32 = runs; r > 0; r--) {
      let k = run;
      for (; k >= 4; k -= 4) {
        const v = v128.load(at);
        s0 = madd(v128.load(a0), v, s0);
        s1 = madd(v128.load(a1), v, s1);
        s2 = madd(v128.load(a2), v, s2);
        s3 = madd(v128.load(a3), v, s3);
        at += 16;
        a0 += 16;
        a1 += 16;
        a2 += 16;
        a3 += 16;
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
    putSum(c, s0, bias, finish);
    if (left > 1) putSum(c + cRow, s1, bias, finish);
    if (left > 2) putSum(c + 2 * cRow, s2, bias, finish);
    if (left > 3) putSum(c + 3 * cRow, s3, bias, finish);
    a += 4 * aRow;
    c += 4 * cRow;
  }
}
