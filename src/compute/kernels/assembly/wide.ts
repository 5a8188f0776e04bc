// Matrix product by tiles of 4 x 16, as `wasm/tile_kernels.ts` makes them at start: a panel of B of 16
// columns and up to 64 rows is copied to a constant address, and all rows of A pass by. Sums are made in
// the order of matmul.ts, with the same blocks of K, so that results are the same to the bit.

import { ACCUMULATE, epilogueOf, storeRow } from "./epilogue";
import { copyFloats, zeroFloats } from "./simd";

// @ts-ignore: decorator
@external("tiles", "listed")
declare function multiplyListed(
  steps: i32,
  m: i32,
  list: usize,
  offset: usize,
  c: usize,
  cRow: usize,
  first: bool,
): void;
// @ts-ignore: decorator
@external("tiles", "packed")
declare function multiplyPacked(
  steps: i32,
  m: i32,
  a: usize,
  aStep: usize,
  c: usize,
  cRow: usize,
  first: bool,
): void;

/** Places in the block at a constant address, as in tile_kernels.ts. */
const BIAS: usize = 256, PANEL: usize = 512, LIST: usize = 512 + 64 * 64, STRIP: usize = LIST + 256 * 4;
const COLUMNS: i32 = 16;
/** The blocks of matmul.ts; list and strip have an address and 16 floats for each row of one. */
const K_BLOCK: i32 = 256, M_BLOCK: i32 = 256;

/** Columns of a tile. */
export const WIDE: i32 = COLUMNS;
/** Rows that a list can have. */
export const ROWS_LISTED: i32 = M_BLOCK;

/** A strip of `ROWS_LISTED` x 16 floats in the block, for sums. */
// @ts-ignore: decorator
@inline
export function stripOf(block: usize): usize {
  return block + STRIP;
}

/** Floats of scratch that `wideMatMul` needs. */
export function wideMatMulScratchFloats(transposeA: bool): i32 {
  return transposeA ? M_BLOCK * K_BLOCK : 0;
}

/** Whether runs of `run` floats are as fast by tiles: shorter ones have too few steps. */
// @ts-ignore: decorator
@inline
export function wideFits(run: i32): bool {
  return run >= 16 && (run & 3) == 0;
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

/** Lists `m` rows of A, `aRow` bytes apart, for `wideListed`. */
export function listRows(m: i32, a: usize, aRow: usize, block: usize): void {
  for (let i: i32 = 0, to = block + LIST; i < m; i++, to += 4) {
    store<i32>(to, <i32> a);
    a += aRow;
  }
}

/** Lists `m` pixels from pixel `from` of an image with `width` pixels a row, for `wideListed`. */
export function listPixels(
  from: i32,
  m: i32,
  width: i32,
  image: usize,
  down: usize,
  right: usize,
  block: usize,
): void {
  let column = from % width;
  let at = image + <usize> (from / width) * down + <usize> column * right;
  const gap = down - <usize> width * right;
  for (let i: i32 = 0, to = block + LIST; i < m; i++, to += 4) {
    store<i32>(to, <i32> at);
    at += right;
    if (++column == width) {
      column = 0;
      at += gap;
    }
  }
}

/**
 * C (m rows, `cRow` bytes apart, 16 columns) = A * two panels + bias, where A's rows consist of runs as in
 * rows.ts, and begin where the list says.
 *
 * @param m at most `ROWS_LISTED`
 * @param offset added to the addresses of the list
 * @param aRun bytes from the start of a run to that of the next
 * @param bias 16 floats, or 0
 * @param block the block at a constant address
 */
export function wideListed(
  m: i32,
  runs: i32,
  run: i32,
  offset: usize,
  aRun: usize,
  panel: usize,
  panelBytes: usize,
  bias: usize,
  c: usize,
  cRow: usize,
  block: usize,
): void {
  if (bias) copyFloats(block + BIAS, bias, COLUMNS);
  else zeroFloats(block + BIAS, COLUMNS);
  for (let r: i32 = 0; r < runs; r++) {
    for (let s: i32 = 0; s < run;) {
      const steps = stepsOf(run - s);
      joinPanels(block, panel, panelBytes, steps);
      multiplyListed(steps, m, block + LIST, offset + (<usize> s << 2), c, cRow, r + s == 0);
      panel += <usize> steps << 5;
      s += steps;
    }
    offset += aRun;
  }
}

/**
 * C (m x 16, contiguous) = listed rows of A * the transpose of 16 rows of B; rows of B from `width` on count
 * as zeros.
 *
 * @param offset added to the addresses of the list
 */
export function wideRowsTransposed(
  m: i32,
  k: i32,
  offset: usize,
  b: usize,
  bRow: usize,
  width: i32,
  c: usize,
  block: usize,
): void {
  zeroFloats(block + BIAS, COLUMNS);
  for (let s: i32 = 0; s < k;) {
    const steps = stepsOf(k - s), at = <usize> s << 2;
    loadPanel(block + PANEL, b + at, 4, bRow, steps, width);
    multiplyListed(steps, m, block + LIST, offset + at, c, 64, s == 0);
    s += steps;
  }
}

/**
 * C (m rows, `cRow` bytes apart, 16 columns) = transposed A * B, added to C as the epilogue says: see
 * `columnsByPanel`.
 *
 * @param packed A, packed by `packA`
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
  block: usize,
): void {
  zeroFloats(block + BIAS, COLUMNS);
  for (let i: i32 = 0; i < m; i += M_BLOCK) {
    const rows = min(M_BLOCK, m - i);
    const sums = epilogue ? block + STRIP : c, sumsRow: usize = epilogue ? 64 : cRow;
    for (let s: i32 = 0; s < k;) {
      const steps = stepsOf(k - s);
      loadPanel(block + PANEL, b + <usize> s * bRow, bRow, 4, steps, COLUMNS);
      multiplyPacked(steps, rows, packed + (<usize> s << 4), <usize> k << 4, sums, sumsRow, s == 0);
      s += steps;
    }
    if (epilogue) storeStrip(block + STRIP, c, cRow, rows, COLUMNS, epilogue);
    packed += <usize> (M_BLOCK * k) << 2;
    c += <usize> M_BLOCK * cRow;
  }
}

/**
 * y (16 columns of each pixel) = epilogue(windows times two panels + bias): see `correlate`.
 *
 * @param aRun bytes from the start of a window's row to that of the next
 */
export function widePixels(
  image: usize,
  down: usize,
  right: usize,
  runs: i32,
  run: i32,
  aRun: usize,
  panel: usize,
  panelBytes: usize,
  bias: usize,
  y: usize,
  yRow: usize,
  yPixel: usize,
  outHeight: i32,
  outWidth: i32,
  epilogue: i32,
  block: usize,
): void {
  const pixels = outHeight * outWidth, strip = block + STRIP;
  let column: i32 = 0, out = y;
  for (let i: i32 = 0; i < pixels; i += M_BLOCK) {
    const m = min(M_BLOCK, pixels - i);
    listPixels(i, m, outWidth, image, down, right, block);
    wideListed(m, runs, run, 0, aRun, panel, panelBytes, bias, strip, 64, block);
    for (let j: i32 = 0, from = strip; j < m;) {
      const count = min(outWidth - column, m - j);
      storeStrip(from, out + <usize> column * yPixel, yPixel, count, COLUMNS, epilogue);
      from += <usize> count << 6;
      j += count;
      column += count;
      if (column == outWidth) {
        column = 0;
        out += yRow;
      }
    }
  }
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

/**
 * Packs a transposed A: groups of four rows, step after step; rows beyond `rows` are unspecified.
 *
 * @param steps rows of A to pack, of `depth` in all
 */
export function packA(
  a: usize,
  aStep: usize,
  steps: i32,
  depth: i32,
  rows: i32,
  packed: usize,
): void {
  for (let k: i32 = 0; k < steps; k++) {
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

/** The most steps of `rest` that have a kernel. */
// @ts-ignore: decorator
@inline
function stepsOf(rest: i32): i32 {
  return rest >= 64 ? 64 : rest >= 48 ? 48 : rest >= 32 ? 32 : rest >= 16 ? 16 : rest >= 4 ? 4 : 1;
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
  const packed = scratch, strip = block + STRIP;
  for (let l: i32 = 0; l < k; l += K_BLOCK) {
    const depth = min(K_BLOCK, k - l);
    const epilogue = (l > 0 ? ACCUMULATE : 0) | (l + depth >= k ? epilogueOf(activation) : 0);
    for (let i: i32 = 0; i < m; i += M_BLOCK) {
      const rows = min(M_BLOCK, m - i);
      const left = a + <usize> i * aRow + <usize> l * aStep;
      if (transposeA) packA(left, aStep, depth, depth, rows, packed);
      else listRows(rows, left, aRow, block);
      for (let p: i32 = 0; p < n; p += COLUMNS) {
        const width = min(COLUMNS, n - p);
        zeroFloats(block + BIAS, COLUMNS);
        if (l == 0 && bias) copyFloats(block + BIAS, bias + (<usize> p << 2), width);
        const out = c + (<usize> (i * n + p) << 2);
        // Sums grow in C itself where nothing else is there and nothing is left to do.
        const direct = width == COLUMNS && epilogue == 0;
        const sums = direct ? out : strip, sumsRow = direct ? cRow : 64;
        for (let s: i32 = 0; s < depth;) {
          const steps = stepsOf(depth - s);
          const from = b + <usize> (l + s) * bRow + <usize> p * bColumn;
          loadPanel(block + PANEL, from, bRow, bColumn, steps, width);
          if (transposeA) {
            const at = packed + (<usize> s << 4), step = <usize> depth << 4;
            multiplyPacked(steps, rows, at, step, sums, sumsRow, s == 0);
          } else {
            const at = <usize> s << 2;
            multiplyListed(steps, rows, block + LIST, at, sums, sumsRow, s == 0);
          }
          s += steps;
        }
        if (!direct) storeStrip(strip, out, cRow, rows, width, epilogue);
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
