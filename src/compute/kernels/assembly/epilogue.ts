// The epilogue of a product, with its results still in registers: accumulate, apply relu, store.

import { PANEL } from "./panels";

/** Add the result to the values in memory. */
export const ACCUMULATE: i32 = 1;
/** Clamp negative values to zero, after accumulating; NaN is preserved. */
export const RELU: i32 = 2;

/** The epilogue for an activation: 0 linear, 1 relu. */
// @ts-ignore: decorator
@inline
export function epilogueOf(activation: i32): i32 {
  return activation == 1 ? RELU : 0;
}

/** Stores the first `columns` of a panel's row. */
function storePart(c: usize, lo: v128, hi: v128, columns: i32, epilogue: i32): void {
  let rest = lo, first: i32 = 0;
  if (columns >= 4) {
    if (epilogue & ACCUMULATE) lo = f32x4.add(lo, v128.load(c));
    if (epilogue & RELU) lo = f32x4.pmax(lo, f32x4.splat(0));
    v128.store(c, lo);
    rest = hi;
    first = 4;
  }
  for (let j = first; j < columns; j++) {
    const at = c + (<usize> j << 2);
    let value = f32x4.extract_lane(rest, 0);
    if (epilogue & ACCUMULATE) value += load<f32>(at);
    if ((epilogue & RELU) && value < 0) value = 0;
    store<f32>(at, value);
    rest = v128.shuffle<f32>(rest, rest, 1, 2, 3, 0);
  }
}

/** Applies the epilogue to the 8 values in `lo` and `hi`, and stores the first `columns`. */
// @ts-ignore: decorator
@inline
export function storeRow(c: usize, lo: v128, hi: v128, columns: i32, epilogue: i32): void {
  if (columns != PANEL) {
    storePart(c, lo, hi, columns, epilogue);
    return;
  }
  if (epilogue & ACCUMULATE) {
    lo = f32x4.add(lo, v128.load(c));
    hi = f32x4.add(hi, v128.load(c, 16));
  }
  if (epilogue & RELU) {
    lo = f32x4.pmax(lo, f32x4.splat(0));
    hi = f32x4.pmax(hi, f32x4.splat(0));
  }
  v128.store(c, lo);
  v128.store(c, hi, 16);
}
