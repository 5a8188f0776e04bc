// Transposed A times one panel of B: C (m x 8) = sum over k of A (k x m) times B (k x 8), as in every
// weight gradient. Neighbouring rows of C are contiguous in A, so that one load serves four of them
// (measured: 45 GFLOP/s, versus 39 with one load per row). The sum runs over `runs` runs of `run`
// steps, such as the rows of an image: `aJump` and `bJump` bytes are skipped after each run.

import { madd } from "./simd";
import { storeRow } from "./epilogue";

/** Rows of C computed together: six are more than the registers hold on some processors. */
const ROWS: i32 = 4;


/** `rows` rows of C, a constant: unneeded code vanishes when inlined. */
// @ts-ignore: decorator
@inline
function block(
  rows: i32,
  runs: i32,
  run: i32,
  a: usize,
  aStep: usize,
  aJump: usize,
  b: usize,
  bStep: usize,
  bJump: usize,
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
  let l1 = l0, h1 = h0, l2 = l0, h2 = h0, l3 = l0, h3 = h0;
  for (let r: i32 = runs; r > 0; r--) {
    for (let i: i32 = run; i > 0; i--) {
      const lo = v128.load(b), hi = v128.load(b, 16);
      b += bStep;
      const four = rows < 4 ? v128.load32_splat(a) : v128.load(a);
      let s = rows < 4 ? four : v128.shuffle<f32>(four, four, 0, 0, 0, 0);
      l0 = madd(s, lo, l0);
      h0 = madd(s, hi, h0);
      if (rows > 1) {
        s = rows < 4 ? v128.load32_splat(a, 4) : v128.shuffle<f32>(four, four, 1, 1, 1, 1);
        l1 = madd(s, lo, l1);
        h1 = madd(s, hi, h1);
      }
      if (rows > 2) {
        s = rows < 4 ? v128.load32_splat(a, 8) : v128.shuffle<f32>(four, four, 2, 2, 2, 2);
        l2 = madd(s, lo, l2);
        h2 = madd(s, hi, h2);
      }
      if (rows > 3) {
        s = v128.shuffle<f32>(four, four, 3, 3, 3, 3);
        l3 = madd(s, lo, l3);
        h3 = madd(s, hi, h3);
      }
      a += aStep;
    }
    a += aJump;
    b += bJump;
  }
  storeRow(c, l0, h0, columns, epilogue);
  if (rows > 1) storeRow(c + cRow, l1, h1, columns, epilogue);
  if (rows > 2) storeRow(c + 2 * cRow, l2, h2, columns, epilogue);
  if (rows > 3) storeRow(c + 3 * cRow, l3, h3, columns, epilogue);
}

/** C (m rows, `cRow` bytes apart) = epilogue(transposed A * panel + bias). */
export function columnsByPanel(
  m: i32,
  runs: i32,
  run: i32,
  a: usize,
  aStep: usize,
  aJump: usize,
  b: usize,
  bStep: usize,
  bJump: usize,
  bias: usize,
  c: usize,
  cRow: usize,
  columns: i32,
  epilogue: i32,
): void {
  while (m > 0) {
    const rows = min(ROWS, m);
    switch (rows) {
      case 4:
        block(4, runs, run, a, aStep, aJump, b, bStep, bJump, bias, c, cRow, columns, epilogue);
        break;
      case 3:
        block(3, runs, run, a, aStep, aJump, b, bStep, bJump, bias, c, cRow, columns, epilogue);
        break;
      case 2:
        block(2, runs, run, a, aStep, aJump, b, bStep, bJump, bias, c, cRow, columns, epilogue);
        break;
      default:
        block(1, runs, run, a, aStep, aJump, b, bStep, bJump, bias, c, cRow, columns, epilogue);
    }
    a += <usize> rows << 2;
    c += <usize> rows * cRow;
    m -= rows;
  }
}
