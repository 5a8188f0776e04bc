// Mean square of blurred images, or of blurred differences of images. Binomial weights 1 4 6 4 1 along
// each axis, per channel, with zeros outside the image.

import { sum4 } from "./math";
import { madd, zeroFloats } from "./simd";

/** Rows per blurred row. */
const TAPS: i32 = 5;

/** Floats of scratch for `blurPower`: a row with margins, and the last five blurred rows. */
export function blurPowerScratchFloats(width: i32, channels: i32): i32 {
  return (TAPS + 1) * (width * channels + 4 * channels) + 4;
}

/** a + e + 4 (b + d) + 6 c. */
// @ts-ignore: decorator
@inline
function weigh4(a: v128, b: v128, c: v128, d: v128, e: v128): v128 {
  const outer = f32x4.add(a, e);
  return madd(c, f32x4.splat(6), madd(f32x4.add(b, d), f32x4.splat(4), outer));
}

/** Blurs a row horizontally, four floats at a time, the last of them past the end. */
// @ts-ignore: decorator
@inline
function blurLine(line: usize, out: usize, row: i32, step: usize): void {
  for (let i: i32 = 0; i < row; i += 4) {
    const at = line + (<usize> i << 2);
    const sum = weigh4(
      v128.load(at),
      v128.load(at + step),
      v128.load(at + 2 * step),
      v128.load(at + 3 * step),
      v128.load(at + 4 * step),
    );
    v128.store(out + (<usize> i << 2), sum);
  }
}

/**
 * means[i] = the mean square of blurred image i, minus `others` unless 0.
 *
 * @param scratch `blurPowerScratchFloats` floats
 */
export function blurPower(
  x: usize,
  others: usize,
  means: usize,
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
  scratch: usize,
): void {
  const row = width * channels, step = <usize> channels << 2;
  const stride = <usize> (row + 4 * channels) << 2;
  const lines = scratch + stride, inside = scratch + 2 * step;
  zeroFloats(scratch, blurPowerScratchFloats(width, channels));
  for (let image: i32 = 0; image < images; image++) {
    for (let i: i32 = 0; i < TAPS; i++) zeroFloats(lines + <usize> i * stride, row);
    let total: f64 = 0;
    for (let y: i32 = 0; y < height + 2; y++) {
      const newest = lines + <usize> (y % TAPS) * stride;
      if (y < height) {
        for (let i: i32 = 0; i < row; i++) {
          const at = <usize> i << 2;
          const value = load<f32>(x + at);
          store<f32>(inside + at, others == 0 ? value : value - load<f32>(others + at));
        }
        x += <usize> row << 2;
        if (others != 0) others += <usize> row << 2;
        blurLine(scratch, newest, row, step);
      } else zeroFloats(newest, row);
      if (y >= 2) total += linePower(lines, stride, y + 1, row);
    }
    // The weights sum to 16 along each axis.
    store<f32>(means + (<usize> image << 2), <f32> (total / (<f64> (height * row) * 65536)));
  }
}

/** The sum of squares of a row blurred vertically from five rows; `oldest` is the first one's index. */
function linePower(lines: usize, stride: usize, oldest: i32, row: i32): f64 {
  const a = lines + <usize> (oldest % TAPS) * stride;
  const b = lines + <usize> ((oldest + 1) % TAPS) * stride;
  const c = lines + <usize> ((oldest + 2) % TAPS) * stride;
  const d = lines + <usize> ((oldest + 3) % TAPS) * stride;
  const e = lines + <usize> ((oldest + 4) % TAPS) * stride;
  let sum = f32x4.splat(0), i: i32 = 0;
  for (; i + 4 <= row; i += 4) {
    const at = <usize> i << 2;
    const value = weigh4(
      v128.load(a + at),
      v128.load(b + at),
      v128.load(c + at),
      v128.load(d + at),
      v128.load(e + at),
    );
    sum = madd(value, value, sum);
  }
  let total: f64 = sum4(sum);
  for (; i < row; i++) {
    const at = <usize> i << 2;
    const outer = load<f32>(a + at) + load<f32>(e + at);
    const inner = load<f32>(b + at) + load<f32>(d + at);
    const value = outer + 4 * inner + 6 * load<f32>(c + at);
    total += value * value;
  }
  return total;
}
