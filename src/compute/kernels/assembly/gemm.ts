// Matrix products: C = A * B or C += A * B, float32, on blocks of 6 rows by 8 columns held in
// registers. A is read in place through two strides, so that A and its transpose cost the same. B
// is read through panels of 8 columns: in place where its rows are contiguous and a multiple of 8
// long, else packed by `packPanels`, padded with zeros.

import { madd } from "./simd";

/** Columns of a panel of B. */
export const PANEL: i32 = 8;

/** The number of floats that `packPanels` writes for a `k` x `n` matrix. */
// @ts-ignore: decorator
@inline
export function panelFloats(k: i32, n: i32): i32 {
  return k * ((n + PANEL - 1) & ~(PANEL - 1));
}

/**
 * Packs B (k x n, element (i, j) at `b + i * rowStride + j * columnStride`, in bytes) into panels:
 * panel p holds columns 8p to 8p + 7 of every row, row after row.
 */
export function packPanels(
  b: usize,
  rowStride: usize,
  columnStride: usize,
  k: i32,
  n: i32,
  panels: usize,
): void {
  let out = panels;
  for (let j: i32 = 0; j < n; j += PANEL) {
    const columns = min(PANEL, n - j);
    const from = b + <usize> j * columnStride;
    if (columns == PANEL && columnStride == 4) {
      for (let i: i32 = 0; i < k; i++) {
        const row = from + <usize> i * rowStride;
        v128.store(out, v128.load(row));
        v128.store(out, v128.load(row, 16), 16);
        out += 32;
      }
    } else {
      for (let i: i32 = 0; i < k; i++) {
        const row = from + <usize> i * rowStride;
        for (let c: i32 = 0; c < PANEL; c++) {
          store<f32>(out, c < columns ? load<f32>(row + <usize> c * columnStride) : 0);
          out += 4;
        }
      }
    }
  }
}

/** Stores the first `columns` of the 8 values in `lo` and `hi`, adding to what is there if asked. */
// @ts-ignore: decorator
@inline
function put(c: usize, lo: v128, hi: v128, columns: i32, accumulate: bool): void {
  if (columns == PANEL) {
    if (accumulate) {
      lo = f32x4.add(lo, v128.load(c));
      hi = f32x4.add(hi, v128.load(c, 16));
    }
    v128.store(c, lo);
    v128.store(c, hi, 16);
    return;
  }
  let rest = lo;
  for (let j: i32 = 0; j < columns; j++) {
    if (j == 4) rest = hi;
    const at = c + (<usize> j << 2);
    const value = f32x4.extract_lane(rest, 0);
    store<f32>(at, accumulate ? load<f32>(at) + value : value);
    rest = v128.shuffle<f32>(rest, rest, 1, 2, 3, 0);
  }
}

/** Six rows by one panel. */
function block6(
  k: i32,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  c: usize,
  cRow: usize,
  columns: i32,
  accumulate: bool,
): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00;
  let c30 = c00, c31 = c00, c40 = c00, c41 = c00, c50 = c00, c51 = c00;
  let a0 = a, a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow, a4 = a3 + aRow, a5 = a4 + aRow;
  for (let i: i32 = 0; i < k; i++) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    b += bStep;
    let s = v128.load32_splat(a0);
    c00 = madd(s, b0, c00);
    c01 = madd(s, b1, c01);
    s = v128.load32_splat(a1);
    c10 = madd(s, b0, c10);
    c11 = madd(s, b1, c11);
    s = v128.load32_splat(a2);
    c20 = madd(s, b0, c20);
    c21 = madd(s, b1, c21);
    s = v128.load32_splat(a3);
    c30 = madd(s, b0, c30);
    c31 = madd(s, b1, c31);
    s = v128.load32_splat(a4);
    c40 = madd(s, b0, c40);
    c41 = madd(s, b1, c41);
    s = v128.load32_splat(a5);
    c50 = madd(s, b0, c50);
    c51 = madd(s, b1, c51);
    a0 += aStep;
    a1 += aStep;
    a2 += aStep;
    a3 += aStep;
    a4 += aStep;
    a5 += aStep;
  }
  put(c, c00, c01, columns, accumulate);
  put(c + cRow, c10, c11, columns, accumulate);
  put(c + 2 * cRow, c20, c21, columns, accumulate);
  put(c + 3 * cRow, c30, c31, columns, accumulate);
  put(c + 4 * cRow, c40, c41, columns, accumulate);
  put(c + 5 * cRow, c50, c51, columns, accumulate);
}

/** One row by one panel. */
function block1(
  k: i32,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  c: usize,
  columns: i32,
  accumulate: bool,
): void {
  let lo = f32x4.splat(0), hi = lo;
  for (let i: i32 = 0; i < k; i++) {
    const s = v128.load32_splat(a);
    lo = madd(s, v128.load(b), lo);
    hi = madd(s, v128.load(b, 16), hi);
    a += aStep;
    b += bStep;
  }
  put(c, lo, hi, columns, accumulate);
}

/**
 * C (m x n, rows `cRow` bytes apart) = or += A (m x k) * B (k x n).
 *
 * Element (i, l) of A is at `a + i * aRow + l * aStep`. Panel p of B starts at `b + p * bPanel`, its
 * rows are `bStep` bytes apart.
 */
export function product(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bPanel: usize,
  bStep: usize,
  c: usize,
  cRow: usize,
  accumulate: bool,
): void {
  for (let j: i32 = 0; j < n; j += PANEL) {
    const columns = min(PANEL, n - j);
    const panel = b + <usize> (j >> 3) * bPanel;
    const out = c + (<usize> j << 2);
    let i: i32 = 0;
    for (; i + 6 <= m; i += 6) {
      block6(
        k,
        a + <usize> i * aRow,
        aRow,
        aStep,
        panel,
        bStep,
        out + <usize> i * cRow,
        cRow,
        columns,
        accumulate,
      );
    }
    for (; i < m; i++) {
      block1(
        k,
        a + <usize> i * aRow,
        aStep,
        panel,
        bStep,
        out + <usize> i * cRow,
        columns,
        accumulate,
      );
    }
  }
}

/** Rows of B that are worked through at a time, so that a panel stays in the first cache. */
const K_BLOCK: i32 = 256;

/**
 * C (m x n, contiguous) = A * B for whole matrices, each given or transposed.
 *
 * @param a m x k, or k x m where `transposeA`
 * @param b k x n, or n x k where `transposeB`
 * @param panels scratch for `panelFloats(k, n)` floats
 */
export function matMul(
  a: usize,
  b: usize,
  c: usize,
  m: i32,
  n: i32,
  k: i32,
  transposeA: bool,
  transposeB: bool,
  panels: usize,
): void {
  const bRow: usize = transposeB ? 4 : <usize> n << 2;
  const bColumn: usize = transposeB ? <usize> k << 2 : 4;
  packPanels(b, bRow, bColumn, k, n, panels);
  const aRow: usize = transposeA ? 4 : <usize> k << 2;
  const aStep: usize = transposeA ? <usize> m << 2 : 4;
  for (let l: i32 = 0; l < k; l += K_BLOCK) {
    product(
      m,
      n,
      min(K_BLOCK, k - l),
      a + <usize> l * aStep,
      aRow,
      aStep,
      panels + <usize> l * 32,
      <usize> k * 32,
      32,
      c,
      <usize> n << 2,
      l > 0,
    );
  }
}
