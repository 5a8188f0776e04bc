// Copies for products by tiles: panels of B of 16 columns, and a transposed A in groups of four rows.

import { transpose4 } from "./panels";
import { WIDE } from "./tile_block";

/** Floats of a line of the cache. */
const LINE: i32 = 16;

/** Copies `steps` rows of two panels of 8 columns, `panelBytes` apart, to `panel`. */
export function joinPanels(panel: usize, from: usize, panelBytes: usize, steps: i32): void {
  let to = panel;
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
 * Reads a float of every line of the cache of `steps` rows of 16 columns of B, so that the lines are on their
 * way together: the copy alone waits for a few at a time.
 *
 * @returns a number without meaning; it must be used, or else nothing is read
 */
export function touchPanel(b: usize, bRow: usize, bColumn: usize, steps: i32): i32 {
  let seen: i32 = 0;
  if (bColumn == 4) {
    for (let i: i32 = 0; i + 4 <= steps; i += 4) {
      seen |= touch4(b, bRow);
      b += 4 * bRow;
    }
    return seen;
  }
  for (let i: i32 = 0; i < steps; i += LINE) {
    for (let j: i32 = 0; j < WIDE; j += 4) seen |= touch4(b + <usize> j * bColumn, bColumn);
    b += <usize> LINE << 2;
  }
  return seen;
}

/** Reads a number in each of four rows. */
// @ts-ignore: decorator
@inline
function touch4(at: usize, row: usize): i32 {
  return load<i32>(at) | load<i32>(at + row) | load<i32>(at + 2 * row) | load<i32>(at + 3 * row);
}

/** Copies `steps` rows of 16 columns of B to `panel`; columns from `width` on are zeros. */
export function loadPanel(panel: usize, b: usize, bRow: usize, bColumn: usize, steps: i32, width: i32): void {
  if (bColumn == 4 && width == WIDE) {
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
  if (bRow == 4 && width == WIDE && (steps & 3) == 0) {
    for (let j: i32 = 0; j < 4; j++) {
      let from = b + <usize> (4 * j) * bColumn, to = panel + <usize> (16 * j);
      for (let i: i32 = 0; i < steps; i += 4) {
        transpose4(from, bColumn, to, 64);
        from += 16;
        to += 256;
      }
    }
    return;
  }
  for (let i: i32 = 0; i < steps; i++) {
    let from = b;
    for (let j: i32 = 0; j < WIDE; j++) {
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
