// Batch normalisation of [rows, channels], in passes: sums, sums of squared deviations, the result; for
// the gradient: two sums, then the result. Between passes the sums may be reduced over threads.
// Per-channel arrays have `channels` floats; `scratch` has twice as many.

import { addFloats, madd, zeroFloats } from "./simd";

/** Rows per partial sum, to limit rounding. */
const BLOCK: i32 = 128;

/** sums = the sum of each channel. */
export function channelSums(
  x: usize,
  sums: usize,
  rows: i32,
  channels: i32,
  scratch: usize,
): void {
  zeroFloats(sums, channels);
  let at = x;
  for (let start: i32 = 0; start < rows; start += BLOCK) {
    zeroFloats(scratch, channels);
    const end = min(rows, start + BLOCK);
    for (let row = start; row < end; row++) {
      addFloats(scratch, at, channels);
      at += <usize> channels << 2;
    }
    addFloats(sums, scratch, channels);
  }
}

/** sums = the sum of (x - mean)^2 of each channel. */
export function channelSquares(
  x: usize,
  mean: usize,
  sums: usize,
  rows: i32,
  channels: i32,
  scratch: usize,
): void {
  zeroFloats(sums, channels);
  let at = x;
  for (let start: i32 = 0; start < rows; start += BLOCK) {
    zeroFloats(scratch, channels);
    const end = min(rows, start + BLOCK);
    for (let row = start; row < end; row++) {
      let c: i32 = 0;
      for (; c + 4 <= channels; c += 4) {
        const i = <usize> c << 2;
        const d = f32x4.sub(v128.load(at), v128.load(mean + i));
        v128.store(scratch + i, madd(d, d, v128.load(scratch + i)));
        at += 16;
      }
      for (; c < channels; c++) {
        const i = <usize> c << 2;
        const d = load<f32>(at) - load<f32>(mean + i);
        store<f32>(scratch + i, load<f32>(scratch + i) + d * d);
        at += 4;
      }
    }
    addFloats(sums, scratch, channels);
  }
}

/** y = x * scale + shift, rectified if `relu`. */
export function scaleShift(
  x: usize,
  y: usize,
  scale: usize,
  shift: usize,
  rows: i32,
  channels: i32,
  relu: bool,
): void {
  let at: usize = 0;
  const zero = f32x4.splat(0);
  for (let row: i32 = 0; row < rows; row++) {
    let c: i32 = 0;
    for (; c + 4 <= channels; c += 4) {
      const i = <usize> c << 2;
      let z = madd(v128.load(x + at), v128.load(scale + i), v128.load(shift + i));
      if (relu) z = f32x4.max(z, zero);
      v128.store(y + at, z);
      at += 16;
    }
    for (; c < channels; c++) {
      const i = <usize> c << 2;
      const z = load<f32>(x + at) * load<f32>(scale + i) + load<f32>(shift + i);
      store<f32>(y + at, relu ? max<f32>(z, 0) : z);
      at += 4;
    }
  }
}

/**
 * The two sums of the gradient: of dy (`sums`) and of dy * (x - mean) (`products`). With `relu`, dy counts
 * only where the result y is above zero.
 */
export function normGradientSums(
  dy: usize,
  x: usize,
  y: usize,
  mean: usize,
  sums: usize,
  products: usize,
  rows: i32,
  channels: i32,
  relu: bool,
  scratch: usize,
): void {
  zeroFloats(sums, channels);
  zeroFloats(products, channels);
  const second = scratch + (<usize> channels << 2);
  const zero = f32x4.splat(0);
  let at: usize = 0;
  for (let start: i32 = 0; start < rows; start += BLOCK) {
    zeroFloats(scratch, 2 * channels);
    const end = min(rows, start + BLOCK);
    for (let row = start; row < end; row++) {
      let c: i32 = 0;
      for (; c + 4 <= channels; c += 4) {
        const i = <usize> c << 2;
        let d = v128.load(dy + at);
        if (relu) d = v128.and(d, f32x4.gt(v128.load(y + at), zero));
        const centred = f32x4.sub(v128.load(x + at), v128.load(mean + i));
        v128.store(scratch + i, f32x4.add(v128.load(scratch + i), d));
        v128.store(second + i, madd(d, centred, v128.load(second + i)));
        at += 16;
      }
      for (; c < channels; c++) {
        const i = <usize> c << 2;
        const d = relu && load<f32>(y + at) <= 0 ? <f32> 0 : load<f32>(dy + at);
        const centred = load<f32>(x + at) - load<f32>(mean + i);
        store<f32>(scratch + i, load<f32>(scratch + i) + d);
        store<f32>(second + i, load<f32>(second + i) + d * centred);
        at += 4;
      }
    }
    addFloats(sums, scratch, channels);
    addFloats(products, second, channels);
  }
}

/** dx = dy * a + x * b + c, with per-channel a, b and c; `relu` as above. */
export function normGradient(
  dy: usize,
  x: usize,
  y: usize,
  dx: usize,
  a: usize,
  b: usize,
  c: usize,
  rows: i32,
  channels: i32,
  relu: bool,
): void {
  let at: usize = 0;
  const zero = f32x4.splat(0);
  for (let row: i32 = 0; row < rows; row++) {
    let channel: i32 = 0;
    for (; channel + 4 <= channels; channel += 4) {
      const i = <usize> channel << 2;
      let d = v128.load(dy + at);
      if (relu) d = v128.and(d, f32x4.gt(v128.load(y + at), zero));
      const rest = madd(v128.load(x + at), v128.load(b + i), v128.load(c + i));
      v128.store(dx + at, madd(d, v128.load(a + i), rest));
      at += 16;
    }
    for (; channel < channels; channel++) {
      const i = <usize> channel << 2;
      const d = relu && load<f32>(y + at) <= 0 ? <f32> 0 : load<f32>(dy + at);
      const rest = load<f32>(x + at) * load<f32>(b + i) + load<f32>(c + i);
      store<f32>(dx + at, d * load<f32>(a + i) + rest);
      at += 4;
    }
  }
}
