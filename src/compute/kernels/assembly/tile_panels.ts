// Copies for products by tiles: panels of B of 16 columns, and a transposed A in groups of four rows.

import { transpose4 } from "./panels";
import { WIDE } from "./tile_block";

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
