// The largest products of rows with rows: the search for nearest neighbours. Products never reach memory
// beyond the cache: a group of them is compared with each row's list before the next is computed. Sums are
// made in the order of matmul.ts.

import { ACCUMULATE } from "./epilogue";
import { K_BLOCK } from "./matmul";
import { packPanels, PANEL } from "./panels";
import { rowsByPanel } from "./rows";
import { addFloats } from "./simd";
import { listRows, ROWS_LISTED, stripOf, WIDE } from "./tile_block";
import { wideRowsTransposed } from "./wide";

/** Rows of B in a group, a multiple of the columns of a tile and of a panel. */
const GROUP: i32 = 128;

/** Floats of scratch that `largestProducts` needs. */
export function largestProductsScratchFloats(): i32 {
  return ROWS_LISTED * GROUP + K_BLOCK * PANEL;
}

/** Inserts a value and its place into lists of `count`, largest value first; equal ones keep their order. */
function insert(list: usize, places: usize, count: i32, value: f32, place: i32): void {
  let at = count - 1;
  for (; at > 0; at--) {
    const before = <usize> (at - 1) << 2, here = <usize> at << 2;
    if (!(load<f32>(list + before) < value)) break;
    store<f32>(list + here, load<f32>(list + before));
    store<i32>(places + here, load<i32>(places + before));
  }
  store<f32>(list + (<usize> at << 2), value);
  store<i32>(places + (<usize> at << 2), place);
}

/** Puts `width` sums of each row, less their offsets, into the row's list; `first` is the place of the first. */
function select(
  rows: i32,
  sums: usize,
  sumsRow: usize,
  width: i32,
  offsets: usize,
  first: i32,
  best: usize,
  places: usize,
  count: i32,
): void {
  for (let r: i32 = 0; r < rows; r++) {
    const last = best + (<usize> (count - 1) << 2);
    let least = load<f32>(last), j: i32 = 0;
    for (; j + 4 <= width; j += 4) {
      const at = <usize> j << 2;
      let four = v128.load(sums + at);
      if (offsets) four = f32x4.sub(four, v128.load(offsets + at));
      if (!v128.any_true(f32x4.gt(four, f32x4.splat(least)))) continue;
      for (let lane: i32 = 0; lane < 4; lane++) {
        const value = f32x4.extract_lane(four, 0);
        if (value > least) {
          insert(best, places, count, value, first + j + lane);
          least = load<f32>(last);
        }
        four = v128.shuffle<f32>(four, four, 1, 2, 3, 0);
      }
    }
    for (; j < width; j++) {
      const at = <usize> j << 2;
      let value = load<f32>(sums + at);
      if (offsets) value -= load<f32>(offsets + at);
      if (value > least) {
        insert(best, places, count, value, first + j);
        least = load<f32>(last);
      }
    }
    sums += sumsRow;
    best += <usize> count << 2;
    places += <usize> count << 2;
  }
}

/**
 * Puts the products of each row of A with the rows of B, less an offset, into the row's list of the `count`
 * largest values, largest first.
 *
 * @param a m x k
 * @param b n x k
 * @param offsets n floats, or 0
 * @param first place of B's first row in all of B
 * @param best m x count: the lists so far, at first -Infinity
 * @param places m x count: the places of the values, as integers
 * @param scratch `largestProductsScratchFloats` floats
 * @param block the block of the tile kernels, or 0 to do without them
 */
export function largestProducts(
  a: usize,
  b: usize,
  offsets: usize,
  first: i32,
  best: usize,
  places: usize,
  m: i32,
  n: i32,
  k: i32,
  count: i32,
  scratch: usize,
  block: usize,
): void {
  const row = <usize> k << 2, columns = block ? WIDE : PANEL;
  const sums = scratch, sumsRow = <usize> columns << 2;
  const panel = scratch + (<usize> (ROWS_LISTED * GROUP) << 2);
  for (let i: i32 = 0; i < m; i += ROWS_LISTED) {
    const rows = min(ROWS_LISTED, m - i), left = a + <usize> i * row;
    const lists = <usize> (i * count) << 2, stripBytes = <usize> rows * sumsRow;
    if (block) listRows(rows, left, row, block);
    for (let g: i32 = 0; g < n; g += GROUP) {
      const end = min(n, g + GROUP);
      for (let l: i32 = 0; l < k; l += K_BLOCK) {
        const depth = min(K_BLOCK, k - l), at = <usize> l << 2;
        let strip = sums;
        for (let p = g; p < end; p += columns, strip += stripBytes) {
          const width = min(columns, end - p), from = b + <usize> p * row + at;
          if (block) {
            const to = l > 0 ? stripOf(block) : strip;
            wideRowsTransposed(rows, depth, at, from, row, width, to, block);
            if (l > 0) addFloats(strip, to, rows * WIDE);
            continue;
          }
          packPanels(from, 4, row, depth, width, panel, <usize> depth << 5);
          const epilogue = l > 0 ? ACCUMULATE : 0;
          const window = left + at;
          rowsByPanel(rows, rows, 0, 0, 1, depth, window, row, 0, panel, 0, strip, sumsRow, PANEL, epilogue);
        }
      }
      let strip = sums;
      for (let p = g; p < end; p += columns, strip += stripBytes) {
        const less = offsets ? offsets + (<usize> p << 2) : 0;
        const width = min(columns, end - p), at = first + p;
        select(rows, strip, sumsRow, width, less, at, best + lists, places + lists, count);
      }
    }
  }
}
