// A (m x k) times one panel of B, for an A whose rows consist of runs: `runs` pieces of `run`
// contiguous floats, `aJump` bytes from the end of one to the start of the next. A matrix has one run
// per row; the window of a convolution has one per kernel row, so that it is read in place (no
// im2col).
//
// Up to six rows are computed together: 12 sums of 4 floats, 2 vectors of the panel and one of A fill
// the engine's 15 free registers. The pixels of an image row are `width` rows of A; a group of six may
// extend into the next image row, after a gap of `aGap` and `cGap` bytes. The order of each row's sum
// does not depend on the grouping, and so neither do the results.

import { madd } from "./simd";
import { storeRow } from "./epilogue";

/**
 * How many of `left` rows to compute together: 7 and 8 are split into 4 and 3 or 4, as one or two rows
 * alone would be bound by latency. (An even split of the last 30 rows was no faster.)
 */
// @ts-ignore: decorator
@inline
export function rowsOf(left: i32): i32 {
  return left >= 9 ? 6 : left >= 7 ? 4 : left;
}

/** `rows` rows, a constant: unneeded code vanishes when inlined. The gap lies before row `cut`. */
// @ts-ignore: decorator
@inline
export function rowsBlock(
  rows: i32,
  cut: i32,
  aGap: usize,
  cGap: usize,
  runs: i32,
  run: i32,
  a: usize,
  aRow: usize,
  aJump: usize,
  b: usize,
  bStep: usize,
  bias: usize,
  c: usize,
  cRow: usize,
  columns: i32,
  epilogue: i32,
): void {
  let l0 = f32x4.splat(0), h0 = l0;
  if (bias) {
    l0 = v128.load(bias);
    h0 = v128.load(bias, 16);
  }
  let l1 = l0, h1 = h0, l2 = l0, h2 = h0, l3 = l0, h3 = h0, l4 = l0, h4 = h0, l5 = l0, h5 = h0;
  let a0 = a, a1 = a0 + aRow + (cut == 1 ? aGap : 0), a2 = a1 + aRow + (cut == 2 ? aGap : 0);
  let a3 = a2 + aRow + (cut == 3 ? aGap : 0), a4 = a3 + aRow + (cut == 4 ? aGap : 0);
  let a5 = a4 + aRow + (cut == 5 ? aGap : 0);
  for (let r: i32 = runs; r > 0; r--) {
    for (let i: i32 = run; i > 0; i--) {
      const lo = v128.load(b), hi = v128.load(b, 16);
      b += bStep;
      let s = v128.load32_splat(a0);
      l0 = madd(s, lo, l0);
      h0 = madd(s, hi, h0);
      a0 += 4;
      if (rows > 1) {
        s = v128.load32_splat(a1);
        l1 = madd(s, lo, l1);
        h1 = madd(s, hi, h1);
        a1 += 4;
      }
      if (rows > 2) {
        s = v128.load32_splat(a2);
        l2 = madd(s, lo, l2);
        h2 = madd(s, hi, h2);
        a2 += 4;
      }
      if (rows > 3) {
        s = v128.load32_splat(a3);
        l3 = madd(s, lo, l3);
        h3 = madd(s, hi, h3);
        a3 += 4;
      }
      if (rows > 4) {
        s = v128.load32_splat(a4);
        l4 = madd(s, lo, l4);
        h4 = madd(s, hi, h4);
        a4 += 4;
      }
      if (rows > 5) {
        s = v128.load32_splat(a5);
        l5 = madd(s, lo, l5);
        h5 = madd(s, hi, h5);
        a5 += 4;
      }
    }
    a0 += aJump;
    if (rows > 1) a1 += aJump;
    if (rows > 2) a2 += aJump;
    if (rows > 3) a3 += aJump;
    if (rows > 4) a4 += aJump;
    if (rows > 5) a5 += aJump;
  }
  storeRow(c, l0, h0, columns, epilogue);
  if (rows > 1) {
    c += cRow + (cut == 1 ? cGap : 0);
    storeRow(c, l1, h1, columns, epilogue);
  }
  if (rows > 2) {
    c += cRow + (cut == 2 ? cGap : 0);
    storeRow(c, l2, h2, columns, epilogue);
  }
  if (rows > 3) {
    c += cRow + (cut == 3 ? cGap : 0);
    storeRow(c, l3, h3, columns, epilogue);
  }
  if (rows > 4) {
    c += cRow + (cut == 4 ? cGap : 0);
    storeRow(c, l4, h4, columns, epilogue);
  }
  if (rows > 5) {
    c += cRow + (cut == 5 ? cGap : 0);
    storeRow(c, l5, h5, columns, epilogue);
  }
}

/**
 * C (m rows, `cRow` bytes apart) = epilogue(A * panel + bias). `bias` may be 0.
 *
 * @param width rows of A and C between gaps, m for none
 */
export function rowsByPanel(
  m: i32,
  width: i32,
  aGap: usize,
  cGap: usize,
  runs: i32,
  run: i32,
  a: usize,
  aRow: usize,
  aJump: usize,
  b: usize,
  bias: usize,
  c: usize,
  cRow: usize,
  columns: i32,
  epilogue: i32,
): void {
  let column: i32 = 0;
  while (m > 0) {
    // Six rows have at most one gap, unless the image is narrower than five.
    const left = width < 5 ? min(m, width - column) : m;
    const rows = rowsOf(left);
    const cut = width - column;
    switch (rows) {
      case 6:
        if (cut >= 6) {
          rowsBlock(6, 6, 0, 0, runs, run, a, aRow, aJump, b, 32, bias, c, cRow, columns, epilogue);
          break;
        }
        rowsBlock(6, cut, aGap, cGap, runs, run, a, aRow, aJump, b, 32, bias, c, cRow, columns, epilogue);
        break;
      case 5:
        rowsBlock(5, cut, aGap, cGap, runs, run, a, aRow, aJump, b, 32, bias, c, cRow, columns, epilogue);
        break;
      case 4:
        rowsBlock(4, cut, aGap, cGap, runs, run, a, aRow, aJump, b, 32, bias, c, cRow, columns, epilogue);
        break;
      case 3:
        rowsBlock(3, cut, aGap, cGap, runs, run, a, aRow, aJump, b, 32, bias, c, cRow, columns, epilogue);
        break;
      case 2:
        rowsBlock(2, cut, aGap, cGap, runs, run, a, aRow, aJump, b, 32, bias, c, cRow, columns, epilogue);
        break;
      default:
        rowsBlock(1, cut, aGap, cGap, runs, run, a, aRow, aJump, b, 32, bias, c, cRow, columns, epilogue);
    }
    a += <usize> rows * aRow;
    c += <usize> rows * cRow;
    column += rows;
    while (column >= width) {
      column -= width;
      a += aGap;
      c += cGap;
    }
    m -= rows;
  }
}
