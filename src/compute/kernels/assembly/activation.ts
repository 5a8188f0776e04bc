// Non-linearities with a bias, in place, and their gradients. Tensors are [rows, channels].
// Activations by number: 0 linear, 1 relu, 2 selu, 3 sigmoid, 4 tanh.

import { exp4, sigmoid4, tanh4 } from "./math";
import { addFloats, zeroFloats } from "./simd";

// Klambauer et al. 2017 (arXiv 1706.02515), equation 2.
const SELU_SCALE: f32 = 1.0507009873554805;
const SELU_SCALE_ALPHA: f32 = 1.7580993408473766;

/** Rows per partial sum, to limit rounding. */
const BLOCK: i32 = 128;

// @ts-ignore: decorator
@inline
function apply(z: v128, activation: i32): v128 {
  if (activation == 1) return f32x4.max(z, f32x4.splat(0));
  if (activation == 2) {
    const negative = f32x4.mul(
      f32x4.sub(exp4(f32x4.pmin(z, f32x4.splat(0))), f32x4.splat(1)),
      f32x4.splat(SELU_SCALE_ALPHA),
    );
    return v128.bitselect(
      f32x4.mul(z, f32x4.splat(SELU_SCALE)),
      negative,
      f32x4.gt(z, f32x4.splat(0)),
    );
  }
  if (activation == 3) return sigmoid4(z);
  if (activation == 4) return tanh4(z);
  return z;
}

/** The gradient with respect to the input, from that of the output y and y itself. */
// @ts-ignore: decorator
@inline
function back(dy: v128, y: v128, activation: i32): v128 {
  if (activation == 1) return v128.and(dy, f32x4.gt(y, f32x4.splat(0)));
  if (activation == 2) {
    return v128.bitselect(
      f32x4.mul(dy, f32x4.splat(SELU_SCALE)),
      f32x4.mul(dy, f32x4.add(y, f32x4.splat(SELU_SCALE_ALPHA))),
      f32x4.gt(y, f32x4.splat(0)),
    );
  }
  if (activation == 3) return f32x4.mul(dy, f32x4.mul(y, f32x4.sub(f32x4.splat(1), y)));
  if (activation == 4) return f32x4.mul(dy, f32x4.sub(f32x4.splat(1), f32x4.mul(y, y)));
  return dy;
}

// @ts-ignore: decorator
@inline
function apply1(z: f32, activation: i32): f32 {
  return f32x4.extract_lane(apply(f32x4.splat(z), activation), 0);
}

// @ts-ignore: decorator
@inline
function back1(dy: f32, y: f32, activation: i32): f32 {
  return f32x4.extract_lane(back(f32x4.splat(dy), f32x4.splat(y), activation), 0);
}

/** y = activation(y + bias), in place; `bias` may be 0. */
export function biasActivation(
  y: usize,
  bias: usize,
  rows: i32,
  channels: i32,
  activation: i32,
): void {
  let at = y;
  for (let row: i32 = 0; row < rows; row++) {
    let c: i32 = 0;
    for (; c + 4 <= channels; c += 4) {
      let z = v128.load(at);
      if (bias != 0) z = f32x4.add(z, v128.load(bias + (<usize> c << 2)));
      v128.store(at, apply(z, activation));
      at += 16;
    }
    for (; c < channels; c++) {
      let z = load<f32>(at);
      if (bias != 0) z += load<f32>(bias + (<usize> c << 2));
      store<f32>(at, apply1(z, activation));
      at += 4;
    }
  }
}

/**
 * dz = dy * activation'(y), and `bias` = the sums of dz over the rows.
 *
 * @param scratch `channels` floats
 */
export function activationGradient(
  dy: usize,
  y: usize,
  dz: usize,
  bias: usize,
  rows: i32,
  channels: i32,
  activation: i32,
  scratch: usize,
): void {
  zeroFloats(bias, channels);
  let at: usize = 0;
  for (let start: i32 = 0; start < rows; start += BLOCK) {
    zeroFloats(scratch, channels);
    const end = min(rows, start + BLOCK);
    for (let row = start; row < end; row++) {
      let c: i32 = 0;
      for (; c + 4 <= channels; c += 4) {
        const d = back(v128.load(dy + at), v128.load(y + at), activation);
        v128.store(dz + at, d);
        const sum = scratch + (<usize> c << 2);
        v128.store(sum, f32x4.add(v128.load(sum), d));
        at += 16;
      }
      for (; c < channels; c++) {
        const d = back1(load<f32>(dy + at), load<f32>(y + at), activation);
        store<f32>(dz + at, d);
        const sum = scratch + (<usize> c << 2);
        store<f32>(sum, load<f32>(sum) + d);
        at += 4;
      }
    }
    addFloats(bias, scratch, channels);
  }
}
