// Matrix product by tiles of 4 x 16, as `wasm/tile_kernels.ts` makes them at start: a panel of B of 16
// columns and up to 64 rows is copied to a constant address, and all rows of A pass by. Sums are made in
// the order of matmul.ts, with the same blocks of K, so that results are the same to the bit.

import { ACCUMULATE, epilogueOf, storeRow } from "./epilogue";
import { copyFloats, zeroFloats } from "./simd";

// @ts-ignore: decorator
@external("tiles", "rows64")
declare function rows64(
  m: i32,
  a: usize,
  aRow: usize,
  c: usize,
  cRow: usize,
  first: bool,
): void;
// @ts-ignore: decorator
@external("tiles", "rows32")
declare function rows32(
  m: i32,
  a: usize,
  aRow: usize,
  c: usize,
  cRow: usize,
  first: bool,
): void;
// @ts-ignore: decorator
@external("tiles", "rows16")
declare function rows16(
  m: i32,
  a: usize,
  aRow: usize,
  c: usize,
  cRow: usize,
  first: bool,
): void;
// @ts-ignore: decorator
@external("tiles", "rows4")
declare function rows4(
  m: i32,
  a: usize,
  aRow: usize,
  c: usize,
  cRow: usize,
  first: bool,
): void;
// @ts-ignore: decorator
@external("tiles", "rows1")
declare function rows1(
  m: i32,
  a: usize,
  aRow: usize,
  c: usize,
  cRow: usize,
  first: bool,
): void;
// @ts-ignore: decorator
@external("tiles", "packed64")
declare function packed64(
  m: i32,
  a: usize,
  aRow: usize,
  c: usize,
  cRow: usize,
  first: bool,
): void;
// @ts-ignore: decorator
@external("tiles", "packed32")
declare function packed32(
  m: i32,
  a: usize,
  aRow: usize,
  c: usize,
  cRow: usize,
  first: bool,
): void;
// @ts-ignore: decorator
@external("tiles", "packed16")
declare function packed16(
  m: i32,
  a: usize,
  aRow: usize,
  c: usize,
  cRow: usize,
  first: bool,
): void;
// @ts-ignore: decorator
@external("tiles", "packed4")
declare function packed4(
  m: i32,
  a: usize,
  aRow: usize,
  c: usize,
  cRow: usize,
  first: bool,
): void;
// @ts-ignore: decorator
@external("tiles", "packed1")
declare function packed1(
  m: i32,
  a: usize,
  aRow: usize,
  c: usize,
  cRow: usize,
  first: bool,
): void;

/** Places in the block at a constant address, as in tile_kernels.ts. */
const BIAS: usize = 256, PANEL: usize = 512;
const COLUMNS: i32 = 16;
/** The blocks of matmul.ts. */
const K_BLOCK: i32 = 256, M_BLOCK: i32 = 192;

/** Columns of a tile. */
export const WIDE: i32 = COLUMNS;

/** Floats of scratch that `wideMatMul` needs. */
export function wideMatMulScratchFloats(transposeA: bool): i32 {
  return M_BLOCK * COLUMNS + (transposeA ? M_BLOCK * K_BLOCK : 0);
}

/** Copies `steps` rows of two panels of 8 columns, `panelBytes` apart, to the block's panel. */
function joinPanels(block: usize, from: usize, panelBytes: usize, steps: i32): void {
  let to = block + PANEL;
  for (let i: i32 = 0; i < steps; i++) {
    const second = from + panelBytes;
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    v128.store(to, v128.load(second), 32);
    v128.store(to, v128.load(second, 16), 48);
    from += 32;
    to += 64;
  }
}

/**
 * C (m rows, `cRow` bytes apart, 16 columns) = A * two panels: see `rowsByPanel`.
 *
 * @param block the block at a constant address
 */
export function wideRows(
  m: i32,
  k: i32,
  a: usize,
  aRow: usize,
  panel: usize,
  panelBytes: usize,
  c: usize,
  cRow: usize,
  block: usize,
): void {
  zeroFloats(block + BIAS, COLUMNS);
  for (let s: i32 = 0; s < k;) {
    const steps = stepsOf(k - s);
    joinPanels(block, panel + (<usize> s << 5), panelBytes, steps);
    product(false, steps, m, a + (<usize> s << 2), aRow, c, cRow, s == 0);
    s += steps;
  }
}

/**
 * C (m rows, `cRow` bytes apart, 16 columns) = transposed A * B, added to C as the epilogue says: see
 * `columnsByPanel`.
 *
 * @param packed A, packed by `packA`
 * @param strip m x 16 floats
 * @param block the block at a constant address
 */
export function wideColumns(
  m: i32,
  k: i32,
  packed: usize,
  b: usize,
  bRow: usize,
  c: usize,
  cRow: usize,
  epilogue: i32,
  strip: usize,
  block: usize,
): void {
  zeroFloats(block + BIAS, COLUMNS);
  const sums = epilogue ? strip : c, sumsRow = epilogue ? 64 : cRow;
  for (let s: i32 = 0; s < k;) {
    const steps = stepsOf(k - s);
    loadPanel(block + PANEL, b + <usize> s * bRow, bRow, 4, steps, COLUMNS);
    product(true, steps, m, packed + (<usize> s << 4), <usize> k << 4, sums, sumsRow, s == 0);
    s += steps;
  }
  if (epilogue) storeStrip(strip, c, cRow, m, COLUMNS, epilogue);
}

/** Copies `steps` rows of 16 columns of B to `panel`; columns from `width` on are zeros. */
function loadPanel(panel: usize, b: usize, bRow: usize, bColumn: usize, steps: i32, width: i32): void {
  if (bColumn == 4 && width == COLUMNS) {
    for (let i: i32 = 0; i < steps; i++) {
      v128.store(panel, v128.load(b));
      v128.store(panel, v128.load(b, 16), 16);
      v128.store(panel, v128.load(b, 32), 32);
      v128.store(panel, v128.load(b, 48), 48);
      panel += 64;
      b += bRow;
    }
    return;
  }
  if (bRow == 4 && width == COLUMNS && (steps & 3) == 0) {
    for (let j: i32 = 0; j < 4; j++) {
      let from = b + <usize> (4 * j) * bColumn, to = panel + <usize> (16 * j);
      for (let i: i32 = 0; i < steps; i += 4) {
        const p = v128.load(from), q = v128.load(from + bColumn);
        const r = v128.load(from + 2 * bColumn), s = v128.load(from + 3 * bColumn);
        const pq = v128.shuffle<f32>(p, q, 0, 4, 1, 5), rs = v128.shuffle<f32>(r, s, 0, 4, 1, 5);
        const pqHigh = v128.shuffle<f32>(p, q, 2, 6, 3, 7), rsHigh = v128.shuffle<f32>(r, s, 2, 6, 3, 7);
        v128.store(to, v128.shuffle<i64>(pq, rs, 0, 2));
        v128.store(to, v128.shuffle<i64>(pq, rs, 1, 3), 64);
        v128.store(to, v128.shuffle<i64>(pqHigh, rsHigh, 0, 2), 128);
        v128.store(to, v128.shuffle<i64>(pqHigh, rsHigh, 1, 3), 192);
        from += 16;
        to += 256;
      }
    }
    return;
  }
  for (let i: i32 = 0; i < steps; i++) {
    let from = b;
    for (let j: i32 = 0; j < COLUMNS; j++) {
      store<f32>(panel, j < width ? load<f32>(from) : 0);
      from += bColumn;
      panel += 4;
    }
    b += bRow;
  }
}

/** Packs a transposed A: groups of four rows, step after step; rows beyond `rows` are unspecified. */
export function packA(a: usize, aStep: usize, depth: i32, rows: i32, packed: usize): void {
  for (let k: i32 = 0; k < depth; k++) {
    let from = a, to = packed;
    let r: i32 = 0;
    for (; r + 4 <= rows; r += 4) {
      v128.store(to, v128.load(from));
      from += 16;
      to += <usize> depth << 4;
    }
    for (let j: i32 = 0; r < rows; r++, j++) {
      store<f32>(to + (<usize> j << 2), load<f32>(from));
      from += 4;
    }
    a += aStep;
    packed += 16;
  }
}

/** C (m x 16) = or += A * panel, for a number of steps that has a kernel. */
function product(
  isPacked: bool,
  steps: i32,
  m: i32,
  a: usize,
  aRow: usize,
  c: usize,
  cRow: usize,
  first: bool,
): void {
  if (isPacked) {
    if (steps == 64) packed64(m, a, aRow, c, cRow, first);
    else if (steps == 32) packed32(m, a, aRow, c, cRow, first);
    else if (steps == 16) packed16(m, a, aRow, c, cRow, first);
    else if (steps == 4) packed4(m, a, aRow, c, cRow, first);
    else packed1(m, a, aRow, c, cRow, first);
  } else {
    if (steps == 64) rows64(m, a, aRow, c, cRow, first);
    else if (steps == 32) rows32(m, a, aRow, c, cRow, first);
    else if (steps == 16) rows16(m, a, aRow, c, cRow, first);
    else if (steps == 4) rows4(m, a, aRow, c, cRow, first);
    else rows1(m, a, aRow, c, cRow, first);
  }
}

/** The most steps of `rest` that have a kernel. */
// @ts-ignore: decorator
@inline
function stepsOf(rest: i32): i32 {
  return rest >= 64 ? 64 : rest >= 32 ? 32 : rest >= 16 ? 16 : rest >= 4 ? 4 : 1;
}

/**
 * C (m x n, contiguous) = activation(A * B + bias), float32: see `matMul`.
 *
 * @param scratch `wideMatMulScratchFloats` floats
 * @param block the block at a constant address
 */
export function wideMatMul(
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
  block: usize,
): void {
  const bRow: usize = transposeB ? 4 : <usize> n << 2;
  const bColumn: usize = transposeB ? <usize> k << 2 : 4;
  const aRow: usize = transposeA ? 4 : <usize> k << 2;
  const aStep: usize = transposeA ? <usize> m << 2 : 4;
  const cRow = <usize> n << 2;
  const packed = scratch + (<usize> (M_BLOCK * COLUMNS) << 2);
  for (let l: i32 = 0; l < k; l += K_BLOCK) {
    const depth = min(K_BLOCK, k - l);
    const epilogue = (l > 0 ? ACCUMULATE : 0) | (l + depth >= k ? epilogueOf(activation) : 0);
    for (let i: i32 = 0; i < m; i += M_BLOCK) {
      const rows = min(M_BLOCK, m - i);
      const left = a + <usize> i * aRow + <usize> l * aStep;
      if (transposeA) packA(left, aStep, depth, rows, packed);
      for (let p: i32 = 0; p < n; p += COLUMNS) {
        const width = min(COLUMNS, n - p);
        zeroFloats(block + BIAS, COLUMNS);
        if (l == 0 && bias) copyFloats(block + BIAS, bias + (<usize> p << 2), width);
        const out = c + (<usize> (i * n + p) << 2);
        // Sums grow in C itself where nothing else is there and nothing is left to do.
        const direct = width == COLUMNS && epilogue == 0;
        const sums = direct ? out : scratch, sumsRow = direct ? cRow : 64;
        for (let s: i32 = 0; s < depth;) {
          const steps = stepsOf(depth - s);
          const from = b + <usize> (l + s) * bRow + <usize> p * bColumn;
          loadPanel(block + PANEL, from, bRow, bColumn, steps, width);
          const at = transposeA ? packed + (<usize> s << 4) : left + (<usize> s << 2);
          const row = transposeA ? <usize> depth << 4 : aRow;
          product(transposeA, steps, rows, at, row, sums, sumsRow, s == 0);
          s += steps;
        }
        if (!direct) storeStrip(scratch, out, cRow, rows, width, epilogue);
      }
    }
  }
}

/** Stores `rows` rows of a strip of 16 columns, the first `width` of them. */
function storeStrip(
  strip: usize,
  c: usize,
  cRow: usize,
  rows: i32,
  width: i32,
  epilogue: i32,
): void {
  for (let r: i32 = 0; r < rows; r++) {
    storeRow(c, v128.load(strip), v128.load(strip, 16), min(8, width), epilogue);
    if (width > 8) {
      storeRow(c + 32, v128.load(strip, 32), v128.load(strip, 48), width - 8, epilogue);
    }
    strip += 64;
    c += cRow;
  }
}
