// The two-dimensional transforms of Winograd's F(4 x 4, 3 x 3), four channels at a time: lines.ts along
// one axis, then along the other. A transformed tile has 36 points, each a run of channels:
//   tile [36, channels] and 16 floats more, so that the points of different tiles do not compete for
//   the same few lines of the first cache.

import { RELU } from "./finish";
import {
  inputLine,
  kernelGradientLine,
  kernelLine,
  outputGradientLine,
  outputLine,
} from "./winograd_lines";
import { madd } from "./simd";

/** Rows and columns of outputs a tile. */
export const TILE: i32 = 4;
/** Products a tile and pair of channels. */
export const POINTS: i32 = 36;

/** Floats of a transformed tile. */
// @ts-ignore: decorator
@inline
export function tileFloats(channels: i32): i32 {
  return POINTS * channels + 16;
}

/** The 6 x 6 pixels at `from` to 36 points. */
export function inputTile(from: usize, pixel: usize, row: usize, channels: i32, tile: usize): void {
  const point = <usize> channels << 2;
  for (let c: usize = 0; c < point; c += 16) {
    const to = tile + c;
    for (let i: usize = 0; i < 6; i++) {
      inputLine(from + c + i * pixel, row, to + i * point, 6 * point);
    }
    for (let i: usize = 0; i < 6; i++) {
      const line = to + i * 6 * point;
      inputLine(line, point, line, point);
    }
  }
}

/** The gradients of 4 x 4 outputs at `from` to those of 36 points. */
export function outputGradientTile(
  from: usize,
  pixel: usize,
  row: usize,
  filters: i32,
  point: usize,
  tile: usize,
): void {
  for (let f: usize = 0; f < <usize> filters << 2; f += 16) {
    const to = tile + f;
    for (let i: usize = 0; i < 4; i++) {
      outputGradientLine(from + f + i * pixel, row, to + i * point, 6 * point);
    }
    for (let i: usize = 0; i < 6; i++) {
      const line = to + i * 6 * point;
      outputGradientLine(line, point, line, point);
    }
  }
}

/** 36 points to the first `rows` x `columns` of 4 x 4 outputs, + bias, finished. */
export function outputTile(
  tile: usize,
  point: usize,
  filters: i32,
  bias: usize,
  finish: i32,
  to: usize,
  pixel: usize,
  row: usize,
  rows: i32,
  columns: i32,
): void {
  const zero = f32x4.splat(0), two = f32x4.splat(2), four = f32x4.splat(4), eight = f32x4.splat(8);
  for (let f: usize = 0; f < <usize> filters << 2; f += 16) {
    const from = tile + f;
    for (let i: usize = 0; i < 6; i++) {
      outputLine(from + i * point, 6 * point, from + i * point, 6 * point);
    }
    const start = bias ? v128.load(bias + f) : zero;
    const least = finish & RELU ? zero : f32x4.splat(-Infinity);
    for (let i: i32 = 0; i < rows; i++) {
      const line = from + <usize> i * 6 * point, out = to + f + <usize> i * row;
      const m1 = v128.load(line + point), m2 = v128.load(line + 2 * point);
      const m3 = v128.load(line + 3 * point), m4 = v128.load(line + 4 * point);
      const a = f32x4.add(f32x4.add(m1, m2), start), b = f32x4.add(f32x4.sub(m1, m2), start);
      const c = f32x4.add(m3, m4), d = f32x4.sub(m3, m4);
      const y0 = f32x4.add(f32x4.add(v128.load(line), a), c);
      v128.store(out, f32x4.pmax(y0, least));
      if (columns > 1) v128.store(out + pixel, f32x4.pmax(madd(two, d, b), least));
      if (columns > 2) v128.store(out + 2 * pixel, f32x4.pmax(madd(four, c, a), least));
      if (columns > 3) {
        const y3 = madd(eight, d, f32x4.add(b, v128.load(line + 5 * point)));
        v128.store(out + 3 * pixel, f32x4.pmax(y3, least));
      }
    }
  }
}

/** The 3 x 3 weights at `from`, `tap` bytes apart, to 36 points; `lines` is scratch of 288 bytes. */
// @ts-ignore: decorator
@inline
export function kernelTile(from: usize, tap: usize, to: usize, point: usize, lines: usize): void {
  for (let i: usize = 0; i < 3; i++) kernelLine(from + i * tap, 3 * tap, lines + i * 16, 48);
  for (let i: usize = 0; i < 6; i++) kernelLine(lines + i * 48, 16, to + i * 6 * point, point);
}

/** The gradients of 36 points to those of 3 x 3 weights; `lines` is scratch of 288 bytes. */
// @ts-ignore: decorator
@inline
export function kernelGradientTile(
  from: usize,
  point: usize,
  to: usize,
  tap: usize,
  lines: usize,
): void {
  for (let i: usize = 0; i < 6; i++) {
    kernelGradientLine(from + i * point, 6 * point, lines + i * 16, 96);
  }
  for (let i: usize = 0; i < 3; i++) kernelGradientLine(lines + i * 96, 16, to + i * 3 * tap, tap);
}
