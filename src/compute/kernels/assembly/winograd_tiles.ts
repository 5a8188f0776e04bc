// The two-dimensional transforms of Winograd's F(4 x 4, 3 x 3), four channels at a time: lines.ts
// along one axis, then along the other. A transformed tile has 36 points, each a run of channels:
//   tile [36, channels] and 16 floats more, so that points of different tiles do not compete for
//   the same few lines of the first cache.

import { RELU } from "./finish";
import {
  finishedOutputLine,
  inputLine,
  kernelGradientLine,
  kernelLine,
  outputGradientLine,
  outputLine,
} from "./winograd_lines";

/** Rows and columns of outputs a tile. */
export const TILE: i32 = 4;
/**
 * Floats of scratch of `lines`, which lie between the transforms of a kernel along the two axes.
 */
export const LINES: i32 = 72;
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

/**
 * 36 points, which are lost, to the first `rows` x `columns` of 4 x 4 outputs, + bias, finished.
 */
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
  const least = f32x4.splat(finish & RELU ? 0 : -Infinity);
  for (let f: usize = 0; f < <usize> filters << 2; f += 16) {
    const from = tile + f;
    for (let i: usize = 0; i < 6; i++) {
      outputLine(from + i * point, 6 * point, from + i * point, 6 * point);
    }
    const start = bias ? v128.load(bias + f) : f32x4.splat(0);
    for (let i: i32 = 0; i < rows; i++) {
      const line = from + <usize> i * 6 * point;
      let out = to + f + <usize> i * row;
      if (columns == TILE) {
        finishedOutputLine(line, point, out, pixel, start, least);
        continue;
      }
      finishedOutputLine(line, point, line, point, start, least);
      for (let j: i32 = 0; j < columns; j++) {
        v128.store(out, v128.load(line + <usize> j * point));
        out += pixel;
      }
    }
  }
}

/** The 3 x 3 weights at `from`, `tap` bytes apart, to 36 points; `lines` has LINES floats. */
// @ts-ignore: decorator
@inline
export function kernelTile(from: usize, tap: usize, to: usize, point: usize, lines: usize): void {
  for (let i: usize = 0; i < 3; i++) kernelLine(from + i * tap, 3 * tap, lines + i * 16, 48);
  for (let i: usize = 0; i < 6; i++) kernelLine(lines + i * 48, 16, to + i * 6 * point, point);
}

/** The gradients of 36 points to those of 3 x 3 weights; `lines` has LINES floats. */
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
