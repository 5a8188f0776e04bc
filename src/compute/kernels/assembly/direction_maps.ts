// Maps of gradient strength by direction, blurred and sampled at every second pixel, as square roots.

import { copyFloats, madd, zeroFloats } from "./simd";

/** Zeros on each side of an image, at least the radius of every kernel. */
const MARGIN: i32 = 4;
/** Floats for the weights of each of three kernels. */
const TAPS: i32 = 2 * MARGIN + 1;
/** Pixels between two samples. */
const STEP: i32 = 2;
/** Least length by which is divided: the direction of a gradient of 0 does not count. */
const LEAST: f32 = 1e-37;

/** Floats of a row with margins: vectors of four may go past its end. */
// @ts-ignore: decorator
@inline
function strideOf(width: i32): i32 {
  return ((width + 3) & ~3) + 2 * MARGIN;
}

/** Floats of scratch for `directionMaps`, which begins with the weights of its kernels. */
export function directionMapsScratchFloats(height: i32, width: i32, directions: i32): i32 {
  const stride = strideOf(width), plane = (height + 2 * MARGIN) * stride;
  return 3 * TAPS + 1 + (2 + directions) * plane + 2 * stride + 2 * MARGIN + 4;
}

/** The sum over a kernel of vectors that are `step` bytes apart. */
// @ts-ignore: decorator
@inline
function weighted(taps: usize, radius: i32, centre: usize, step: usize): v128 {
  let sum = f32x4.splat(0), at = centre - <usize> radius * step;
  for (let i: i32 = 0; i <= 2 * radius; i++) {
    sum = madd(v128.load32_splat(taps + (<usize> i << 2)), v128.load(at), sum);
    at += step;
  }
  return sum;
}

/** The unsigned direction of a gradient, from 0 to pi: the angle that atan2 gives, less pi below 0. */
// @ts-ignore: decorator
@inline
function direction4(across: v128, down: v128): v128 {
  const a = f32x4.abs(across), d = f32x4.abs(down);
  const isSteep = f32x4.gt(d, a);
  const long = f32x4.pmax(f32x4.splat(LEAST), f32x4.pmax(a, d));
  const ratio = f32x4.div(f32x4.pmin(a, d), long);
  // The arc tangent of the Cephes library (S. L. Moshier, atanf), for ratios from 0 to 1.
  const isFar = f32x4.gt(ratio, f32x4.splat(0.4142135623730950));
  const one = f32x4.splat(1);
  const near = f32x4.div(f32x4.sub(ratio, one), f32x4.add(ratio, one));
  const x = v128.bitselect(near, ratio, isFar), z = f32x4.mul(x, x);
  let p = f32x4.splat(8.05374449538e-2);
  p = madd(p, z, f32x4.splat(-1.38776856032e-1));
  p = madd(p, z, f32x4.splat(1.99777106478e-1));
  p = madd(p, z, f32x4.splat(-3.33329491539e-1));
  p = madd(f32x4.mul(p, z), x, x);
  const angle = f32x4.add(p, v128.and(f32x4.splat(0.7853981633974483), isFar));
  const first = v128.bitselect(f32x4.sub(f32x4.splat(1.5707963267948966), angle), angle, isSteep);
  const isOther = i32x4.lt_s(v128.xor(across, down), i32x4.splat(0));
  return v128.bitselect(f32x4.sub(f32x4.splat(3.141592653589793), first), first, isOther);
}

/**
 * Square roots of maps, `[images, ceil(height / 2), ceil(width / 2), directions]`.
 *
 * The gradient of the blurred image is divided among the two nearest of the directions, which are equally far
 * apart; the map of each is blurred and sampled. Outside the image are zeros.
 *
 * @param x Images of one channel.
 * @param out The maps.
 * @param blurRadius Radius of the blur of the image; that of its slope is larger by 1, both at most `MARGIN`.
 * @param mapRadius Radius of the blur of maps, at most `MARGIN`.
 * @param scratch `directionMapsScratchFloats` floats; first the weights of blur, slope and map blur, from places
 * 0, `TAPS` and 2 `TAPS`.
 */
export function directionMaps(
  x: usize,
  out: usize,
  images: i32,
  height: i32,
  width: i32,
  directions: i32,
  blurRadius: i32,
  mapRadius: i32,
  scratch: usize,
): void {
  const stride = strideOf(width), row = <usize> stride << 2;
  const plane = <usize> (height + 2 * MARGIN) * row, inset = <usize> MARGIN << 2;
  const blur = scratch, slope = blur + (<usize> TAPS << 2), soft = slope + (<usize> TAPS << 2);
  const slopes = scratch + (<usize> (3 * TAPS + 1) << 2), blurs = slopes + plane;
  const maps = blurs + plane, line = maps + <usize> directions * plane, sampled = line + row;
  const lanes = sampled + row + 2 * inset;
  zeroFloats(slopes, directionMapsScratchFloats(height, width, directions) - 3 * TAPS - 1);
  const tall = (height + STEP - 1) / STEP, wide = (width + STEP - 1) / STEP;
  const top = padding(height, tall, mapRadius), left = padding(width, wide, mapRadius);
  for (let image: i32 = 0; image < images; image++) {
    for (let y: i32 = 0; y < height; y++) {
      copyFloats(line + inset, x, width);
      x += <usize> width << 2;
      const at = <usize> (y + MARGIN) * row + inset;
      for (let i: usize = 0; i < <usize> width << 2; i += 16) {
        v128.store(slopes + at + i, weighted(slope, blurRadius + 1, line + inset + i, 4));
        v128.store(blurs + at + i, weighted(blur, blurRadius, line + inset + i, 4));
      }
    }
    for (let y: i32 = 0; y < height; y++) {
      const at = <usize> (y + MARGIN) * row + inset;
      for (let i: i32 = 0; i < width; i += 4) {
        const place = at + (<usize> i << 2);
        const across = weighted(blur, blurRadius, slopes + place, row);
        const down = weighted(slope, blurRadius + 1, blurs + place, row);
        const power = madd(across, across, f32x4.mul(down, down));
        const columns = i32x4.add(i32x4.splat(i), i32x4(0, 1, 2, 3));
        const isInside = i32x4.lt_s(columns, i32x4.splat(width));
        const strength = v128.and(f32x4.sqrt(power), isInside);
        const count = f32x4.splat(<f32> directions);
        const turned = f32x4.mul(
          direction4(across, down),
          f32x4.splat(<f32> (<f64> directions / 3.141592653589793)),
        );
        for (let k: i32 = 0; k < directions; k++) {
          const difference = f32x4.abs(f32x4.sub(turned, f32x4.splat(<f32> k)));
          const distance = f32x4.pmin(difference, f32x4.sub(count, difference));
          const share = f32x4.pmax(f32x4.splat(0), f32x4.sub(f32x4.splat(1), distance));
          v128.store(maps + <usize> k * plane + place, f32x4.mul(strength, share));
        }
      }
    }
    for (let y: i32 = 0; y < tall; y++) {
      const middle = <usize> (STEP * y - top + mapRadius + MARGIN) * row;
      for (let k: i32 = 0; k < directions; k++) {
        const map = maps + <usize> k * plane + middle;
        for (let i: usize = 0; i < row; i += 16) {
          v128.store(sampled + i, weighted(soft, mapRadius, map + i, row));
        }
        for (let i: i32 = 0; i < wide; i += 4) {
          const first = sampled + (<usize> (STEP * i - left + MARGIN) << 2);
          let sum = f32x4.splat(0);
          for (let j: i32 = 0; j <= 2 * mapRadius; j++) {
            const at = first + (<usize> j << 2);
            const every = v128.shuffle<f32>(v128.load(at), v128.load(at + 16), 0, 2, 4, 6);
            sum = madd(v128.load32_splat(soft + (<usize> j << 2)), every, sum);
          }
          v128.store(lanes, f32x4.sqrt(sum));
          const last = min(4, wide - i);
          for (let j: i32 = 0; j < last; j++) {
            const place = <usize> ((y * wide + i + j) * directions + k) << 2;
            store<f32>(out + place, load<f32>(lanes + (<usize> j << 2)));
          }
        }
      }
    }
    out += <usize> (tall * wide * directions) << 2;
  }
}

/** Zeros before the first pixel, as "same" padding has them. */
// @ts-ignore: decorator
@inline
function padding(size: i32, samples: i32, radius: i32): i32 {
  return max(0, (samples - 1) * STEP + 2 * radius + 1 - size) / 2;
}
