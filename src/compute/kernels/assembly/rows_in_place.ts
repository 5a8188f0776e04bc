// The counterpart of rows.ts for eight columns of an unpacked matrix. Packing a matrix takes as long as
// multiplying it by four rows, which does not pay for few rows.

import { rowsBlock, rowsOf } from "./rows";

/**
 * Whether an L1 cache holds eight columns of `k` rows, `bRow` bytes apart: rows a power of two apart map
 * to few of its 64 sets.
 */
export function fitsInPlace(k: i32, bRow: usize): bool {
  const apart = max<usize>(64, bRow & (0 - bRow));
  const sets = max<usize>(1, 4096 / apart);
  return <usize> k <= 8 * sets;
}

/**
 * C (m rows, `cRow` bytes apart, 8 columns) = epilogue(A * B + bias). `bias` may be 0.
 *
 * @param aRow bytes between rows of A
 * @param bRow bytes between rows of B
 */
export function rowsInPlace(
  m: i32,
  k: i32,
  a: usize,
  aRow: usize,
  b: usize,
  bRow: usize,
  bias: usize,
  c: usize,
  cRow: usize,
  epilogue: i32,
): void {
  while (m > 0) {
    const rows = rowsOf(m);
    switch (rows) {
      case 6:
        rowsBlock(6, 6, 0, 0, 1, k, a, aRow, 0, b, bRow, bias, c, cRow, 8, epilogue);
        break;
      case 5:
        rowsBlock(5, 6, 0, 0, 1, k, a, aRow, 0, b, bRow, bias, c, cRow, 8, epilogue);
        break;
      case 4:
        rowsBlock(4, 6, 0, 0, 1, k, a, aRow, 0, b, bRow, bias, c, cRow, 8, epilogue);
        break;
      case 3:
        rowsBlock(3, 6, 0, 0, 1, k, a, aRow, 0, b, bRow, bias, c, cRow, 8, epilogue);
        break;
      case 2:
        rowsBlock(2, 6, 0, 0, 1, k, a, aRow, 0, b, bRow, bias, c, cRow, 8, epilogue);
        break;
      default:
        rowsBlock(1, 6, 0, 0, 1, k, a, aRow, 0, b, bRow, bias, c, cRow, 8, epilogue);
    }
    a += <usize> rows * aRow;
    c += <usize> rows * cRow;
    m -= rows;
  }
}
