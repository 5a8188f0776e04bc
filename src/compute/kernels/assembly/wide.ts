// Matrix product by tiles of 4 x 16, as `wasm/tile_kernels.ts` makes them at start: a panel of B of 16
// columns and up to 144 rows is copied to a constant address, and all rows of A pass by. Sums are made in
// the order of matmul.ts, with the same blocks of K, so that results are the same to the bit.

import { ACCUMULATE, epilogueOf } from "./epilogue";
import { K_BLOCK } from "./matmul";
import {
  listOf,
  listPixels,
  listRows,
  panelOf,
  ROWS_LISTED,
  setBias,
  storeStrip,
  stripOf,
  WIDE,
} from "./tile_block";
import { joinPanels, loadPanel, packA, touchPanel } from "./tile_panels";

// @ts-ignore: decorator
@external("tiles", "listed")
declare function multiplyListed(
  steps: i32,
  chunks: i32,
  m: i32,
  list: usize,
  offset: usize,
  next: usize,
  c: usize,
  cRow: usize,
  first: bool,
): void;
// @ts-ignore: decorator
@external("tiles", "packed")
declare function multiplyPacked(
  steps: i32,
  chunks: i32,
  m: i32,
  a: usize,
  aStep: usize,
  next: usize,
  c: usize,
  cRow: usize,
  first: bool,
): void;

/** Steps of a call: the code of all its kernels has to stay in the processor's cache of decoded instructions. */
let mostSteps: i32 = 144;

/** Sets how many steps a call makes, 64 or 144; results are the same. */
export function setMostSteps(steps: i32): void {
  mostSteps = steps;
}

/** How many chunks of steps, with a kernel each, follow each other in one call: see `wasm/tile_kernels.ts`. */
// @ts-ignore: decorator
@inline
function mostChunks(steps: i32): i32 {
  return steps < 16 ? 1 : min(4, mostSteps / steps);
}

/** Floats of a matrix that stays in the L2 cache. */
const NEAR: i32 = 1 << 16;

/** Whether runs of `run` floats are as fast by tiles: shorter ones have too few steps. */
// @ts-ignore: decorator
@inline
export function wideFits(run: i32): bool {
  return run >= 16 && (run & 3) == 0;
}

/** Steps of a kernel for the next of `rest` steps, by which as few calls as possible make them. */
// @ts-ignore: decorator
@inline
function stepsOf(rest: i32): i32 {
  if (rest == 96 || rest == 144) return 48;
  return rest >= 64 ? 64 : rest >= 48 ? 48 : rest >= 32 ? 32 : rest >= 16 ? 16 : rest >= 4 ? 4 : 1;
}

/** How many times a call makes these steps. */
// @ts-ignore: decorator
@inline
function chunksOf(rest: i32, steps: i32): i32 {
  return min(mostChunks(steps), rest / steps);
}

/** Floats of scratch that `wideMatMul` needs. */
export function wideMatMulScratchFloats(transposeA: bool): i32 {
  return transposeA ? ROWS_LISTED * K_BLOCK : 0;
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
  setBias(block, bias, WIDE);
  if (run == stepsOf(run) && run >= 16) {
    for (let r: i32 = 0; r < runs;) {
      const chunks = min(mostChunks(run), runs - r), steps = chunks * run;
      joinPanels(panelOf(block), panel, panelBytes, steps);
      multiplyListed(run, chunks, m, listOf(block), offset, aRun, c, cRow, r == 0);
      panel += <usize> steps << 5;
      offset += <usize> chunks * aRun;
      r += chunks;
    }
    return;
  }
  for (let r: i32 = 0; r < runs; r++) {
    for (let s: i32 = 0; s < run;) {
      const steps = stepsOf(run - s), chunks = chunksOf(run - s, steps), all = chunks * steps;
      joinPanels(panelOf(block), panel, panelBytes, all);
      const at = offset + (<usize> s << 2), next = <usize> steps << 2;
      multiplyListed(steps, chunks, m, listOf(block), at, next, c, cRow, r + s == 0);
      panel += <usize> all << 5;
      s += all;
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
  setBias(block, 0, WIDE);
  for (let s: i32 = 0; s < k;) {
    const steps = stepsOf(k - s), chunks = chunksOf(k - s, steps), all = chunks * steps;
    const at = <usize> s << 2, next = <usize> steps << 2;
    if (width == WIDE) store<i32>(block, touchPanel(b + at, 4, bRow, all)); // as in wideMatMul
    loadPanel(panelOf(block), b + at, 4, bRow, all, width);
    multiplyListed(steps, chunks, m, listOf(block), offset + at, next, c, 64, s == 0);
    s += all;
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
  setBias(block, 0, WIDE);
  for (let i: i32 = 0; i < m; i += ROWS_LISTED) {
    const rows = min(ROWS_LISTED, m - i);
    const sums = epilogue ? stripOf(block) : c, sumsRow: usize = epilogue ? 64 : cRow;
    for (let s: i32 = 0; s < k;) {
      const steps = stepsOf(k - s), chunks = chunksOf(k - s, steps), all = chunks * steps;
      const at = packed + (<usize> s << 4), group = <usize> k << 4, next = <usize> steps << 4;
      loadPanel(panelOf(block), b + <usize> s * bRow, bRow, 4, all, WIDE);
      multiplyPacked(steps, chunks, rows, at, group, next, sums, sumsRow, s == 0);
      s += all;
    }
    if (epilogue) storeStrip(stripOf(block), c, cRow, rows, WIDE, epilogue);
    packed += <usize> (ROWS_LISTED * k) << 2;
    c += <usize> ROWS_LISTED * cRow;
  }
}

/**
 * y (16 columns of each pixel of each image) = epilogue(windows times two panels + bias): see `correlate`.
 *
 * @param aRun bytes from the start of a window's row to that of the next
 */
export function widePixels(
  images: i32,
  image: usize,
  next: usize,
  down: usize,
  right: usize,
  runs: i32,
  run: i32,
  aRun: usize,
  panel: usize,
  panelBytes: usize,
  bias: usize,
  y: usize,
  yNext: usize,
  yRow: usize,
  yPixel: usize,
  outHeight: i32,
  outWidth: i32,
  epilogue: i32,
  block: usize,
): void {
  const pixels = images * outHeight * outWidth, strip = stripOf(block);
  const leap = yNext - <usize> outHeight * yRow;
  let row: i32 = 0, column: i32 = 0, out = y;
  for (let i: i32 = 0; i < pixels; i += ROWS_LISTED) {
    const m = min(ROWS_LISTED, pixels - i);
    listPixels(i, m, outHeight, outWidth, image, next, down, right, block);
    wideListed(m, runs, run, 0, aRun, panel, panelBytes, bias, strip, 64, block);
    for (let j: i32 = 0, from = strip; j < m;) {
      const count = min(outWidth - column, m - j);
      storeStrip(from, out + <usize> column * yPixel, yPixel, count, WIDE, epilogue);
      from += <usize> count << 6;
      j += count;
      column += count;
      if (column < outWidth) continue;
      column = 0;
      out += yRow;
      if (++row < outHeight) continue;
      row = 0;
      out += leap;
    }
  }
}

/** How many images of `pixels` pixels are computed together: small ones alone make little of each panel. */
export function imagesTogether(pixels: i32, batch: i32): i32 {
  return max(1, min(batch, ROWS_LISTED / max(1, pixels)));
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
  const packed = scratch, strip = stripOf(block), isFar = n * k > NEAR;
  for (let l: i32 = 0; l < k; l += K_BLOCK) {
    const depth = min(K_BLOCK, k - l);
    const epilogue = (l > 0 ? ACCUMULATE : 0) | (l + depth >= k ? epilogueOf(activation) : 0);
    for (let i: i32 = 0; i < m; i += ROWS_LISTED) {
      const rows = min(ROWS_LISTED, m - i);
      const left = a + <usize> i * aRow + <usize> l * aStep;
      if (transposeA) packA(left, aStep, depth, depth, rows, packed);
      else listRows(rows, left, aRow, block);
      for (let p: i32 = 0; p < n; p += WIDE) {
        const width = min(WIDE, n - p);
        setBias(block, l == 0 && bias ? bias + (<usize> p << 2) : 0, width);
        const out = c + (<usize> (i * n + p) << 2);
        // Sums grow in C itself where nothing else is there and nothing is left to do.
        const direct = width == WIDE && epilogue == 0;
        const sums = direct ? out : strip, sumsRow = direct ? cRow : 64;
        for (let s: i32 = 0; s < depth;) {
          const steps = stepsOf(depth - s), chunks = chunksOf(depth - s, steps);
          const all = chunks * steps;
          const from = b + <usize> (l + s) * bRow + <usize> p * bColumn;
          if (isFar && width == WIDE) {
            // The tile is set anew by every product.
            store<i32>(block, touchPanel(from, bRow, bColumn, all));
          }
          loadPanel(panelOf(block), from, bRow, bColumn, all, width);
          if (transposeA) {
            const at = packed + (<usize> s << 4), group = <usize> depth << 4;
            const next = <usize> steps << 4;
            multiplyPacked(steps, chunks, rows, at, group, next, sums, sumsRow, s == 0);
          } else {
            const at = <usize> s << 2, next = <usize> steps << 2;
            multiplyListed(steps, chunks, rows, listOf(block), at, next, sums, sumsRow, s == 0);
          }
          s += all;
        }
        if (!direct) storeStrip(strip, out, cRow, rows, width, epilogue);
      }
    }
  }
}
