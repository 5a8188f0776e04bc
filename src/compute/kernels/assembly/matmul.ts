// Matrix product with bias and relu. B is packed in blocks of up to K_BLOCK rows and BLOCK floats,
// which stay in the L2 cache while all rows of A are read, M_BLOCK at a time; a panel of the block
// stays in the L1 cache. B is read from memory once, A once per block of columns. A is copied in blocks,
// transposed if it is not yet, as one load then serves four rows; for few columns that does not pay. For
// few rows of A, B is read in place.

import { ACCUMULATE, epilogueOf } from "./epilogue";
import { copyFloats } from "./simd";
import { packBias, packPanels, PANEL, transpose4, wholePanels } from "./panels";
import { columnsByPanel } from "./columns";
import { rowsByPanel } from "./rows";
import { fitsInPlace, rowsInPlace } from "./rows_in_place";

/** Steps of a sum that are made without a stop: the order of additions, and so every bit, follows from it. */
export const K_BLOCK: i32 = 256;
const BLOCK: i32 = 1 << 17;
const M_BLOCK: i32 = 192;
/** Row stride of the copy of A, and gap between panels, floats. */
const A_ROW: i32 = M_BLOCK + 16;
const GAP: i32 = 16;

/** Maximum rows of A for which B is read in place. */
const FEW_ROWS: i32 = 32;

/** Minimum columns of B for which A is transposed. */
const MANY_COLUMNS: i32 = 32;

/** Whether A is copied: if it is to be transposed, or if its rows may be pages apart. */
// @ts-ignore: decorator
@inline
function copiesA(m: i32, n: i32, transposeA: bool): bool {
  return transposeA ? m > M_BLOCK : n >= MANY_COLUMNS;
}

/** Copies `rows` rows of A, `aRow` bytes apart, as columns: a row of the copy per step of the sum. */
function transposeRows(a: usize, aRow: usize, rows: i32, depth: i32, copy: usize): void {
  const step = <usize> A_ROW << 2;
  for (let r: i32 = 0; r < rows; r++) {
    let k: i32 = 0;
    if ((r & 3) == 0 && r + 4 <= rows) {
      for (; k + 4 <= depth; k += 4) {
        transpose4(a + (<usize> k << 2), aRow, copy + <usize> k * step, step);
      }
    } else if ((r & ~3) + 4 <= rows) {
      k = depth & ~3;
    }
    for (; k < depth; k++) store<f32>(copy + <usize> k * step, load<f32>(a + (<usize> k << 2)));
    a += aRow;
    copy += 4;
  }
}

/** Columns per block of B. */
// @ts-ignore: decorator
@inline
function blockColumns(k: i32): i32 {
  return BLOCK / max(1, min(k, K_BLOCK)) & ~(PANEL - 1);
}

/** Floats of scratch that `matMul` needs. */
export function matMulScratchFloats(
  m: i32,
  n: i32,
  k: i32,
  transposeA: bool,
  transposeB: bool,
): i32 {
  const columns = min(wholePanels(n), blockColumns(k)), depth = min(k, K_BLOCK);
  return wholePanels(n) + columns * depth + columns / PANEL * GAP +
    (copiesA(m, n, transposeA) ? depth * A_ROW : 0);
}

/**
 * C (m x n, contiguous) = activation(A * B + bias), float32.
 *
 * @param a m x k, or k x m where `transposeA`
 * @param b k x n, or n x k where `transposeB`
 * @param bias n floats added to every row, or 0
 * @param activation 0 linear, 1 relu
 * @param scratch `matMulScratchFloats` floats
 */
export function matMul(
  a: usize,
  b: usize,
  bias: usize,
  c: usize,
  m: i32,
  n: i32,
  k: i32,
  transposeA: bool,
  transposeB: bool,
  activation: i32,
  scratch: usize,
): void {
  const bRow: usize = transposeB ? 4 : <usize> n << 2;
  const bColumn: usize = transposeB ? <usize> k << 2 : 4;
  const aRow: usize = transposeA ? 4 : <usize> k << 2;
  const aStep: usize = transposeA ? <usize> m << 2 : 4;
  const cRow = <usize> n << 2;
  const start = packBias(bias, n, scratch);
  const panels = scratch + (<usize> wholePanels(n) << 2);
  const copyA = copiesA(m, n, transposeA);
  const most = blockColumns(k);
  for (let j: i32 = 0; j < n; j += most) {
    const columns = min(most, n - j);
    let l: i32 = 0;
    do {
      const depth = min(K_BLOCK, k - l);
      const panelBytes = <usize> (depth * PANEL + GAP) << 2;
      const from = b + <usize> l * bRow + <usize> j * bColumn;
      const inPlace = !transposeA && !transposeB && m <= FEW_ROWS && fitsInPlace(depth, bRow);
      const there = inPlace ? columns & ~(PANEL - 1) : 0;
      const rest = panels + <usize> (there / PANEL) * panelBytes;
      packPanels(from + (<usize> there << 2), bRow, bColumn, depth, columns - there, rest, panelBytes);
      const copy = panels + <usize> (wholePanels(columns) / PANEL) * panelBytes;
      const epilogue = (l > 0 ? ACCUMULATE : 0) | (l + depth >= k ? epilogueOf(activation) : 0);
      for (let i: i32 = 0; i < m; i += M_BLOCK) {
        const rows = min(M_BLOCK, m - i);
        let left = a + <usize> i * aRow + <usize> l * aStep, leftStep = aStep;
        if (copyA) {
          leftStep = <usize> A_ROW << 2;
          if (transposeA) {
            for (let r: i32 = 0; r < depth; r++) {
              copyFloats(copy + <usize> r * leftStep, left + <usize> r * aStep, rows);
            }
          } else {
            transposeRows(left, aRow, rows, depth, copy);
          }
          left = copy;
        }
        let panel = panels, out = c + (<usize> (i * n + j) << 2);
        let sums = l == 0 && start ? start + (<usize> j << 2) : 0;
        for (let p: i32 = 0; p < columns; p += PANEL) {
          const width = min(PANEL, columns - p);
          const isThere = p < there;
          const right = isThere ? from + (<usize> p << 2) : panel, rightStep = isThere ? bRow : 32;
          if (transposeA || copyA) {
            columnsByPanel(
              rows,
              1,
              depth,
              left,
              leftStep,
              0,
              right,
              rightStep,
              0,
              sums,
              out,
              cRow,
              width,
              epilogue,
            );
          } else if (isThere) {
            rowsInPlace(rows, depth, left, aRow, right, bRow, sums, out, cRow, epilogue);
          } else {
            rowsByPanel(
              rows,
              rows,
              0,
              0,
              1,
              depth,
              left,
              aRow,
              0,
              panel,
              sums,
              out,
              cRow,
              width,
              epilogue,
            );
          }
          panel += panelBytes;
          out += 32;
          if (sums) sums += 32;
        }
      }
      l += depth;
    } while (l < k);
  }
}
