// The block at a constant address, by which the products by tiles run: bias, panel, list of rows, and a
// strip of sums. `wasm/tile_kernels.ts` has the same places.

import { storeRow } from "./epilogue";
import { copyFloats, zeroFloats } from "./simd";

/** Columns of a tile. */
export const WIDE: i32 = 16;
/** Rows that the list and the strip have. */
export const ROWS_LISTED: i32 = 256;

const BIAS: usize = 256, PANEL: usize = 512, LIST: usize = 512 + 144 * 64, STRIP: usize = LIST + 256 * 4;

/** The panel: up to 144 rows of 16 floats. */
// @ts-ignore: decorator
@inline
export function panelOf(block: usize): usize {
  return block + PANEL;
}

/** The list of the addresses of rows. */
// @ts-ignore: decorator
@inline
export function listOf(block: usize): usize {
  return block + LIST;
}

/** The strip of `ROWS_LISTED` x 16 sums. */
// @ts-ignore: decorator
@inline
export function stripOf(block: usize): usize {
  return block + STRIP;
}

/** Sets the values with which sums begin: the first `width` of a bias, or zeros where it is 0. */
export function setBias(block: usize, bias: usize, width: i32): void {
  zeroFloats(block + BIAS, WIDE);
  if (bias) copyFloats(block + BIAS, bias, width);
}

/** Lists `m` rows of A, `aRow` bytes apart, for products of listed rows. */
export function listRows(m: i32, a: usize, aRow: usize, block: usize): void {
  for (let i: i32 = 0, to = block + LIST; i < m; i++, to += 4) {
    store<i32>(to, <i32> a);
    a += aRow;
  }
}

/**
 * Lists `m` pixels from pixel `from` of images with `height` rows of `width` pixels, for products of listed
 * rows.
 *
 * @param next bytes from an image to the next
 */
export function listPixels(
  from: i32,
  m: i32,
  height: i32,
  width: i32,
  image: usize,
  next: usize,
  down: usize,
  right: usize,
  block: usize,
): void {
  const whole = from / width;
  let row = whole % height, column = from % width;
  let at = image + <usize> (whole / height) * next + <usize> row * down + <usize> column * right;
  const gap = down - <usize> width * right, leap = next - <usize> height * down;
  for (let i: i32 = 0, to = block + LIST; i < m; i++, to += 4) {
    store<i32>(to, <i32> at);
    at += right;
    if (++column < width) continue;
    column = 0;
    at += gap;
    if (++row < height) continue;
    row = 0;
    at += leap;
  }
}

/** Stores `rows` rows of a strip of 16 columns, the first `width` of them. */
export function storeStrip(
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
