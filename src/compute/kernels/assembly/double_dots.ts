// Products of rows with rows in float64. Sums are made as the plain loop of their callers makes them, in four
// parts without fused multiply-add, so that the bits are the same.

/** Rows of A that are read together. */
const ROWS: i32 = 4;

/** Adds the products of two pairs of numbers. */
// @ts-ignore: decorator
@inline
function add(sum: v128, a: v128, b: v128): v128 {
  return f64x2.add(sum, f64x2.mul(a, b));
}

/** The sum of four parts, and of the products of what `from` to `end` leave. */
// @ts-ignore: decorator
@inline
function total(pq: v128, rs: v128, a: usize, end: usize, b: usize): f64 {
  let first = f64x2.extract_lane(pq, 0);
  for (; a < end; a += 8, b += 8) first += load<f64>(a) * load<f64>(b);
  return first + f64x2.extract_lane(pq, 1) + (f64x2.extract_lane(rs, 0) + f64x2.extract_lane(rs, 1));
}

/**
 * C (n x m) = B * transposed A, float64: for each row of B its products with the rows of A.
 *
 * @param a m x k
 * @param b n x k
 */
export function doubleDots(a: usize, b: usize, c: usize, m: i32, n: i32, k: i32): void {
  const row = <usize> k << 3, even = <usize> (k & ~3) << 3, column = <usize> m << 3;
  for (let i: i32 = 0; i < m; i += ROWS) {
    // With fewer than four rows left, the last is read again but not stored.
    const left = min(ROWS, m - i), last = <usize> (left - 1);
    const a0 = a, a1 = a + min(1, last) * row, a2 = a + min(2, last) * row, a3 = a + last * row;
    let right = b, out = c;
    for (let j: i32 = 0; j < n; j++) {
      let p0 = f64x2.splat(0), p1 = p0, p2 = p0, p3 = p0, r0 = p0, r1 = p0, r2 = p0, r3 = p0;
      for (let at: usize = 0; at < even; at += 32) {
        const low = v128.load(right + at), high = v128.load(right + at, 16);
        p0 = add(p0, v128.load(a0 + at), low);
        r0 = add(r0, v128.load(a0 + at, 16), high);
        p1 = add(p1, v128.load(a1 + at), low);
        r1 = add(r1, v128.load(a1 + at, 16), high);
        p2 = add(p2, v128.load(a2 + at), low);
        r2 = add(r2, v128.load(a2 + at, 16), high);
        p3 = add(p3, v128.load(a3 + at), low);
        r3 = add(r3, v128.load(a3 + at, 16), high);
      }
      const rest = right + even;
      store<f64>(out, total(p0, r0, a0 + even, a0 + row, rest));
      if (left > 1) store<f64>(out, total(p1, r1, a1 + even, a1 + row, rest), 8);
      if (left > 2) store<f64>(out, total(p2, r2, a2 + even, a2 + row, rest), 16);
      if (left > 3) store<f64>(out, total(p3, r3, a3 + even, a3 + row, rest), 24);
      right += row;
      out += column;
    }
    a += <usize> ROWS * row;
    c += <usize> ROWS << 3;
  }
}
