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
import { imagesTogether } from "./wide";
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
    imagesTogether(outHeight * outWidth, geometry.batch) * geometry.coveredRows *
      geometry.coveredColumns * channels;
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
  const together = imagesTogether(outHeight * outWidth, geometry.batch);
  if (!inside) zeroFloats(at, together * rows * columns * channels);
  const pixel = <usize> channels << 2, xImage = <usize> (height * width) * pixel;
  const imageRow = <usize> (inside ? width : columns) * pixel;
  const placed = inside ? xImage : <usize> rows * imageRow;
  const yPixel = <usize> filters << 2, yRow = <usize> outWidth * yPixel;
  for (let n: i32 = 0; n < geometry.batch; n += together) {
    const images = min(together, geometry.batch - n);
    for (let i: i32 = 0; !inside && i < images; i++) {
      const from = x + <usize> i * xImage, to = at + <usize> i * placed;
      placeImage(from, height, width, channels, top, left, to, rows, columns);
    }
    correlate(
      images,
      inside ? x : at,
      placed,
      imageRow,
      imageRow * stride,
      pixel * stride,
      kernelHeight,
      kernelWidth * channels,
      kernels,
      filters,
      sums,
      y,
      <usize> outHeight * yRow,
      yRow,
      yPixel,
      outHeight,
      outWidth,
      epilogue,
      block,
    );
    x += <usize> images * xImage;
    y += <usize> (images * outHeight) * yRow;
  }
}
