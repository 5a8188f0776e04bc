// The two-dimensional transforms of Winograd's F(4 x 4, 3 x 3), four channels at a time:
// winograd_lines.ts along one axis, then along the other. A transformed tile is [36 points, channels]
// and 16 more floats, so that points of different tiles do not compete for the same L1 cache sets.
//
// Lines are unrolled, and strides are constants for 16, 32 and 64 channels: an input tile takes 95
// cycles, versus 165 with loops over variable strides.

import { RELU } from "./epilogue";
import {
  outputLineWithBias,
  inputLine,
  kernelGradientLine,
  kernelLine,
  outputGradientLine,
  outputLine,
} from "./winograd_lines";

/** Rows and columns of outputs per tile. */
export const TILE: i32 = 4;
/** Floats of scratch (`lines`) between the transforms of a kernel along the two axes. */
export const LINES: i32 = 72;
/** Products per tile and pair of channels. */
export const POINTS: i32 = 36;

/** Floats of a transformed tile. */
// @ts-ignore: decorator
@inline
export function tileFloats(channels: i32): i32 {
  return POINTS * channels + 16;
}

/** Transforms the 6 x 6 pixels at `from` to 36 points. */
export function inputTile(from: usize, row: usize, channels: i32, tile: usize): void {
  if (channels == 16) inputTileOf(from, row, 64, tile);
  else if (channels == 32) inputTileOf(from, row, 128, tile);
  else if (channels == 64) inputTileOf(from, row, 256, tile);
  else inputTileOf(from, row, <usize> channels << 2, tile);
}

// @ts-ignore: decorator
@inline
function inputTileOf(from: usize, row: usize, point: usize, tile: usize): void {
  for (let c: usize = 0; c < point; c += 16) {
    let at = from + c, to = tile + c;
    inputLine(at, point, to, point);
    inputLine(at += row, point, to += 6 * point, point);
    inputLine(at += row, point, to += 6 * point, point);
    inputLine(at += row, point, to += 6 * point, point);
    inputLine(at += row, point, to += 6 * point, point);
    inputLine(at + row, point, to + 6 * point, point);
    to = tile + c;
    inputLine(to, 6 * point, to, 6 * point);
    to += point;
    inputLine(to, 6 * point, to, 6 * point);
    to += point;
    inputLine(to, 6 * point, to, 6 * point);
    to += point;
    inputLine(to, 6 * point, to, 6 * point);
    to += point;
    inputLine(to, 6 * point, to, 6 * point);
    to += point;
    inputLine(to, 6 * point, to, 6 * point);
  }
}

/** Transforms the gradients of 4 x 4 outputs at `from` to those of 36 points. */
export function outputGradientTile(
  from: usize,
  row: usize,
  filters: i32,
  point: usize,
  tile: usize,
): void {
  if (filters == 16) outputGradientTileOf(from, row, 64, 64, tile);
  else if (filters == 32) outputGradientTileOf(from, row, 128, 128, tile);
  else if (filters == 64) outputGradientTileOf(from, row, 256, 256, tile);
  else outputGradientTileOf(from, row, <usize> filters << 2, point, tile);
}

// @ts-ignore: decorator
@inline
function outputGradientTileOf(
  from: usize,
  row: usize,
  pixel: usize,
  point: usize,
  tile: usize,
): void {
  for (let f: usize = 0; f < pixel; f += 16) {
    let at = from + f, to = tile + f;
    outputGradientLine(at, pixel, to, point);
    outputGradientLine(at += row, pixel, to += 6 * point, point);
    outputGradientLine(at += row, pixel, to += 6 * point, point);
    outputGradientLine(at + row, pixel, to + 6 * point, point);
    to = tile + f;
    outputGradientLine(to, 6 * point, to, 6 * point);
    to += point;
    outputGradientLine(to, 6 * point, to, 6 * point);
    to += point;
    outputGradientLine(to, 6 * point, to, 6 * point);
    to += point;
    outputGradientLine(to, 6 * point, to, 6 * point);
    to += point;
    outputGradientLine(to, 6 * point, to, 6 * point);
    to += point;
    outputGradientLine(to, 6 * point, to, 6 * point);
  }
}

/** Transforms 36 points, in place, to the first `rows` x `columns` of 4 x 4 outputs, with epilogue. */
export function outputTile(
  tile: usize,
  point: usize,
  filters: i32,
  bias: usize,
  epilogue: i32,
  to: usize,
  row: usize,
  rows: i32,
  columns: i32,
): void {
  const least = f32x4.splat(epilogue & RELU ? 0 : -Infinity);
  if (filters == 16) outputTileOf(tile, 64, 64, bias, least, to, row, rows, columns);
  else if (filters == 32) outputTileOf(tile, 128, 128, bias, least, to, row, rows, columns);
  else if (filters == 64) outputTileOf(tile, 256, 256, bias, least, to, row, rows, columns);
  else outputTileOf(tile, point, <usize> filters << 2, bias, least, to, row, rows, columns);
}

// @ts-ignore: decorator
@inline
function outputTileOf(
  tile: usize,
  point: usize,
  pixel: usize,
  bias: usize,
  least: v128,
  to: usize,
  row: usize,
  rows: i32,
  columns: i32,
): void {
  for (let f: usize = 0; f < pixel; f += 16) {
    let line = tile + f, out = to + f;
    outputLine(line, 6 * point, line, 6 * point);
    line += point;
    outputLine(line, 6 * point, line, 6 * point);
    line += point;
    outputLine(line, 6 * point, line, 6 * point);
    line += point;
    outputLine(line, 6 * point, line, 6 * point);
    line += point;
    outputLine(line, 6 * point, line, 6 * point);
    line += point;
    outputLine(line, 6 * point, line, 6 * point);
    line = tile + f;
    const start = bias ? v128.load(bias + f) : f32x4.splat(0);
    if (rows == TILE && columns == TILE) {
      outputLineWithBias(line, point, out, pixel, start, least);
      outputLineWithBias(line += 6 * point, point, out += row, pixel, start, least);
      outputLineWithBias(line += 6 * point, point, out += row, pixel, start, least);
      outputLineWithBias(line + 6 * point, point, out + row, pixel, start, least);
      continue;
    }
    for (let i: i32 = 0; i < rows; i++) {
      outputLineWithBias(line, point, line, point, start, least);
      for (let j: i32 = 0; j < columns; j++) {
        v128.store(out + <usize> j * pixel, v128.load(line + <usize> j * point));
      }
      line += 6 * point;
      out += row;
    }
  }
}

/** Transforms 3 x 3 weights, `tap` bytes apart, to 36 points; `lines` has LINES floats. */
// @ts-ignore: decorator
@inline
export function kernelTile(from: usize, tap: usize, to: usize, point: usize, lines: usize): void {
  for (let i: usize = 0; i < 3; i++) kernelLine(from + i * tap, 3 * tap, lines + i * 16, 48);
  for (let i: usize = 0; i < 6; i++) kernelLine(lines + i * 48, 16, to + i * 6 * point, point);
}

/** Transforms the gradients of 36 points to those of 3 x 3 weights; `lines` has LINES floats. */
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
