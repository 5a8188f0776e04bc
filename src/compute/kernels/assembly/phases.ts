// The phases of a strided convolution's input gradient (see conv2d_input_gradient.ts): the rows of the
// kernel and of dy that each needs, and its part of the kernel as `correlate` reads it.

import { copyFloats } from "./simd";
import { Geometry } from "./geometry";
import { packPanels, wholePanels } from "./panels";

/** Number of kernel rows, of `size`, congruent to `phase` modulo the stride. */
// @ts-ignore: decorator
@inline
export function taps(size: i32, phase: i32, stride: i32): i32 {
  return (size - phase + stride - 1) / stride;
}

/** The first row of dy that the first pixel of any phase needs; it may be outside. */
// @ts-ignore: decorator
@inline
export function firstRow(size: i32, stride: i32, pad: i32): i32 {
  return pad / stride - taps(size, 0, stride) + 1;
}

/** Number of rows of dy that all phases need, including padding. */
// @ts-ignore: decorator
@inline
export function neededRows(inSize: i32, size: i32, stride: i32, pad: i32): i32 {
  return (inSize - 1 + pad) / stride - firstRow(size, stride, pad) + 1;
}

/** Packs one phase's part of w, rotated by 180 degrees, as `correlate` reads it; returns its end. */
export function packPhase(
  w: usize,
  geometry: Geometry,
  fromRow: i32,
  fromColumn: i32,
  target: usize,
): usize {
  const channels = geometry.channels, filters = geometry.filters, stride = geometry.stride;
  const kernelWidth = geometry.kernelWidth;
  const tapRows = taps(geometry.kernelHeight, fromRow, stride);
  const tapColumns = taps(kernelWidth, fromColumn, stride);
  const panelBytes = <usize> (tapRows * tapColumns * filters) * 32;
  let out = target;
  for (let i = tapRows - 1; i >= 0; i--) {
    for (let j = tapColumns - 1; j >= 0; j--) {
      const tap = (fromRow + i * stride) * kernelWidth + fromColumn + j * stride;
      const from = w + (<usize> (tap * channels * filters) << 2);
      if (channels == 1) {
        copyFloats(out, from, filters);
        out += <usize> filters << 2;
      } else {
        packPanels(from, 4, <usize> filters << 2, filters, channels, out, panelBytes);
        out += <usize> filters * 32;
      }
    }
  }
  return target +
    (<usize> (tapRows * tapColumns * filters * (channels == 1 ? 1 : wholePanels(channels))) << 2);
}
