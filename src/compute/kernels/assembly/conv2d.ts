// 2-D convolution, NHWC: cross-correlation, as everywhere in deep learning.
//
// Pointers of the three convolution kernels are addresses of float32 tensors:
//   x  [batch, height, width, channels]         the input
//   w  [kernelHeight, kernelWidth, channels, filters]
//   y  [batch, outHeight, outWidth, filters]    the output
// `bias` is one float a channel of the result, or 0; `activation` is 0 linear, 1 relu. `scratch`
// has as many floats as the kernel's own function says for the same geometry.

import { zeroFloats } from "./simd";
import { finishOf } from "./finish";
import { packBias, packPanels, wholePanels } from "./panels";
import { placeImage } from "./images";
import { correlate } from "./correlate";
import { winograd, winogradFits, winogradScratchFloats } from "./winograd";

/** Floats of scratch that `conv2d` needs. */
export function conv2dScratchFloats(
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
  if (winogradFits(kernelHeight, kernelWidth, stride, channels, filters, outHeight, outWidth)) {
    return winogradScratchFloats(channels, filters, outHeight, outWidth);
  }
  const rows = (outHeight - 1) * stride + kernelHeight;
  const columns = (outWidth - 1) * stride + kernelWidth;
  return wholePanels(filters) * (1 + kernelHeight * kernelWidth * channels) +
    rows * columns * channels;
}

/** y = activation(x * w + bias). */
export function conv2d(
  x: usize,
  w: usize,
  bias: usize,
  y: usize,
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
  if (winogradFits(kernelHeight, kernelWidth, stride, channels, filters, outHeight, outWidth)) {
    winograd(
      x,
      w,
      bias,
      y,
      batch,
      height,
      width,
      channels,
      outHeight,
      outWidth,
      filters,
      padTop,
      padLeft,
      finish,
      scratch,
    );
    return;
  }
  const patch = kernelHeight * kernelWidth * channels;
  const sums = packBias(bias, filters, scratch);
  let at = scratch + (<usize> wholePanels(filters) << 2);
  let kernels = w;
  if (filters > 1) {
    kernels = at;
    packPanels(w, <usize> filters << 2, 4, patch, filters, kernels, <usize> patch * 32);
    at += <usize> (patch * wholePanels(filters)) << 2;
  }
  const rows = (outHeight - 1) * stride + kernelHeight;
  const columns = (outWidth - 1) * stride + kernelWidth;
  const inside = padTop == 0 && padLeft == 0 && rows <= height && columns <= width;
  if (!inside) zeroFloats(at, rows * columns * channels);
  const pixel = <usize> channels << 2;
  const imageRow = <usize> (inside ? width : columns) * pixel;
  for (let n: i32 = 0; n < batch; n++) {
    if (!inside) placeImage(x, height, width, channels, -padTop, -padLeft, at, rows, columns);
    correlate(
      inside ? x : at,
      imageRow,
      imageRow * stride,
      pixel * stride,
      kernelHeight,
      kernelWidth * channels,
      kernels,
      filters,
      sums,
      y,
      <usize> (outWidth * filters) << 2,
      <usize> filters << 2,
      outHeight,
      outWidth,
      finish,
    );
    x += <usize> (height * width) * pixel;
    y += <usize> (outHeight * outWidth * filters) << 2;
  }
}
