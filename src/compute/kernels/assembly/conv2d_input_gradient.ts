// The gradient of a convolution for its input, which is also the transposed convolution.
//
// With stride s, pixel h of dx gets only from the rows of the kernel that are congruent to h + padTop
// modulo s. So dx falls into s x s phases (every s-th pixel), and each phase is a plain correlation of
// dy with its own part of the kernel, turned round. Every pixel is written once, with no zeros
// multiplied and nothing to add up afterwards, so that bias and activation fit in.

import { copyFloats, zeroFloats } from "./simd";
import { finishOf } from "./finish";
import { packBias, packPanels, wholePanels } from "./panels";
import { placeImage } from "./images";
import { correlate } from "./correlate";
import { winograd, winogradFits, winogradScratchFloats } from "./winograd";

/** Rows of the kernel, of `size`, that are congruent to `phase` modulo the stride. */
// @ts-ignore: decorator
@inline
function taps(size: i32, phase: i32, stride: i32): i32 {
  return (size - phase + stride - 1) / stride;
}

/** The first row of dy (it may be outside) that the first pixel of any phase needs. */
// @ts-ignore: decorator
@inline
function firstRow(size: i32, stride: i32, pad: i32): i32 {
  return pad / stride - taps(size, 0, stride) + 1;
}

/** The number of rows of dy, the border included, that all phases need. */
// @ts-ignore: decorator
@inline
function neededRows(inSize: i32, size: i32, stride: i32, pad: i32): i32 {
  return (inSize - 1 + pad) / stride - firstRow(size, stride, pad) + 1;
}

/** Floats of scratch that `conv2dInputGradient` needs. */
export function conv2dInputGradientScratchFloats(
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  outHeight: i32,
  outWidth: i32,
  filters: i32,
  stride: i32,
  padTop: i32,
  padLeft: i32,
): i32 {
  if (winogradFits(kernelHeight, kernelWidth, stride, filters, channels, height, width)) {
    return 9 * channels * filters + winogradScratchFloats(filters, channels, height, width);
  }
  return wholePanels(channels) * (1 + kernelHeight * kernelWidth * filters) +
    neededRows(height, kernelHeight, stride, padTop) *
      neededRows(width, kernelWidth, stride, padLeft) * filters;
}

/** w of a 3 x 3 kernel, turned round, with channels and filters exchanged. */
function turnKernel(w: usize, channels: i32, filters: i32, target: usize): void {
  for (let tap: i32 = 0; tap < 9; tap++) {
    const from = w + (<usize> ((8 - tap) * channels * filters) << 2);
    for (let f: i32 = 0; f < filters; f++) {
      for (let c: i32 = 0; c < channels; c++) {
        store<f32>(target, load<f32>(from + (<usize> (c * filters + f) << 2)));
        target += 4;
      }
    }
  }
}

/** Packs one phase's part of w, turned round, as `correlate` reads it; returns where it ends. */
function packPhase(
  w: usize,
  channels: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  filters: i32,
  stride: i32,
  fromRow: i32,
  fromColumn: i32,
  target: usize,
): usize {
  const tapRows = taps(kernelHeight, fromRow, stride);
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

/** dx = activation(gradient of x given dy + bias). */
export function conv2dInputGradient(
  dy: usize,
  w: usize,
  bias: usize,
  dx: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  outHeight: i32,
  outWidth: i32,
  filters: i32,
  stride: i32,
  padTop: i32,
  padLeft: i32,
  activation: i32,
  scratch: usize,
): void {
  const finish = finishOf(activation);
  if (winogradFits(kernelHeight, kernelWidth, stride, filters, channels, height, width)) {
    turnKernel(w, channels, filters, scratch);
    winograd(
      dy,
      scratch,
      bias,
      dx,
      batch,
      outHeight,
      outWidth,
      filters,
      height,
      width,
      channels,
      2 - padTop,
      2 - padLeft,
      finish,
      scratch + (<usize> (9 * channels * filters) << 2),
    );
    return;
  }
  const sums = packBias(bias, channels, scratch);
  const panels = scratch + (<usize> wholePanels(channels) << 2);
  const image = panels +
    (<usize> (kernelHeight * kernelWidth * filters * wholePanels(channels)) << 2);
  const top = firstRow(kernelHeight, stride, padTop);
  const left = firstRow(kernelWidth, stride, padLeft);
  const rows = neededRows(height, kernelHeight, stride, padTop);
  const columns = neededRows(width, kernelWidth, stride, padLeft);
  const pixel = <usize> filters << 2, imageRow = <usize> columns * pixel;
  const xPixel = <usize> channels << 2, xRow = <usize> width * xPixel;
  let packed = panels;
  for (let i: i32 = 0; i < stride; i++) {
    for (let j: i32 = 0; j < stride; j++) {
      packed = packPhase(
        w,
        channels,
        kernelHeight,
        kernelWidth,
        filters,
        stride,
        (i + padTop) % stride,
        (j + padLeft) % stride,
        packed,
      );
    }
  }
  zeroFloats(image, rows * columns * filters);
  for (let n: i32 = 0; n < batch; n++) {
    placeImage(dy, outHeight, outWidth, filters, top, left, image, rows, columns);
    let kernels = panels;
    for (let i: i32 = 0; i < stride; i++) {
      const tapRows = taps(kernelHeight, (i + padTop) % stride, stride);
      const row = (i + padTop) / stride - tapRows + 1 - top;
      for (let j: i32 = 0; j < stride; j++) {
        const tapColumns = taps(kernelWidth, (j + padLeft) % stride, stride);
        const column = (j + padLeft) / stride - tapColumns + 1 - left;
        correlate(
          image + <usize> row * imageRow + <usize> column * pixel,
          imageRow,
          imageRow,
          pixel,
          tapRows,
          tapColumns * filters,
          kernels,
          channels,
          sums,
          dx + <usize> i * xRow + <usize> j * xPixel,
          <usize> stride * xRow,
          <usize> stride * xPixel,
          (height - i + stride - 1) / stride,
          (width - j + stride - 1) / stride,
          finish,
        );
        kernels += <usize> (tapRows * tapColumns * filters *
          (channels == 1 ? 1 : wholePanels(channels))) << 2;
      }
    }
    dy += <usize> (outHeight * outWidth) * pixel;
    dx += <usize> height * xRow;
  }
}
