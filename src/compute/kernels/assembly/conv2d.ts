// 2-D convolution, NHWC (cross-correlation, as usual in deep learning).
//
// The three convolution kernels take addresses of float32 tensors:
//   x  [batch, height, width, channels]         the input
//   w  [kernelHeight, kernelWidth, channels, filters]
//   y  [batch, outHeight, outWidth, filters]    the output
// with the sizes of `geometry`. `bias` has one float per channel of the result, or is 0; `activation`
// is 0 linear, 1 relu. `scratch` has as many floats as the kernel's `…ScratchFloats` returns for the
// same geometry.

import { zeroFloats } from "./simd";
import { Geometry } from "./geometry";
import { epilogueOf } from "./epilogue";
import { packBias, packPanels, wholePanels } from "./panels";
import { placeImage } from "./images";
import { correlate } from "./correlate";
import { winograd, winogradFits, winogradScratchFloats } from "./winograd";

/** Floats of scratch that `conv2d` needs. */
export function conv2dScratchFloats(geometry: Geometry): i32 {
  const channels = geometry.channels, filters = geometry.filters;
  const outHeight = geometry.outHeight, outWidth = geometry.outWidth;
  if (winogradFits(geometry, outHeight, outWidth)) {
    return winogradScratchFloats(channels, filters, outHeight, outWidth);
  }
  const patch = geometry.kernelHeight * geometry.kernelWidth * channels;
  return wholePanels(filters) * (1 + patch) +
    geometry.coveredRows * geometry.coveredColumns * channels;
}

/** y = activation(x * w + bias). */
export function conv2d(
  x: usize,
  w: usize,
  bias: usize,
  y: usize,
  geometry: Geometry,
  activation: i32,
  scratch: usize,
  block: usize,
): void {
  const height = geometry.height, width = geometry.width, channels = geometry.channels;
  const kernelHeight = geometry.kernelHeight, kernelWidth = geometry.kernelWidth;
  const outHeight = geometry.outHeight, outWidth = geometry.outWidth, filters = geometry.filters;
  const stride = geometry.stride, top = -geometry.padTop, left = -geometry.padLeft;
  const epilogue = epilogueOf(activation);
  if (winogradFits(geometry, outHeight, outWidth)) {
    winograd(x, w, bias, y, geometry, epilogue, scratch, block);
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
  const rows = geometry.coveredRows, columns = geometry.coveredColumns, inside = geometry.inside;
  if (!inside) zeroFloats(at, rows * columns * channels);
  const pixel = <usize> channels << 2;
  const imageRow = <usize> (inside ? width : columns) * pixel;
  for (let n: i32 = geometry.batch; n > 0; n--) {
    if (!inside) placeImage(x, height, width, channels, top, left, at, rows, columns);
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
      epilogue,
      block,
    );
    x += <usize> (height * width) * pixel;
    y += <usize> (outHeight * outWidth * filters) << 2;
  }
}
