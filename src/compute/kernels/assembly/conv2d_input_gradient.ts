// The input gradient of a convolution, which is also the transposed convolution.
//
// With stride s, row h of dx depends only on the kernel rows congruent to h + padTop modulo s. So dx
// splits into s x s phases (every s-th pixel), and each phase is a plain correlation of dy with its
// part of the kernel, rotated by 180 degrees. Every pixel is written once, without multiplying zeros,
// so that bias and activation can be fused.

import { zeroFloats } from "./simd";
import { Geometry, GEOMETRY_INTEGERS } from "./geometry";
import { epilogueOf } from "./epilogue";
import { packBias, wholePanels } from "./panels";
import { firstRow, neededRows, packPhase, taps } from "./phases";
import { placeImage } from "./images";
import { correlate } from "./correlate";
import { conv2dScatter, scatterFits, scatterScratchFloats } from "./conv2d_scatter";
import { conv2dSpread, spreadFits, spreadScratchFloats } from "./conv2d_spread";
import { imagesTogether } from "./wide";
import { winograd, winogradFits, winogradScratchFloats } from "./winograd";

/** Floats of scratch that `conv2dInputGradient` needs. */
export function conv2dInputGradientScratchFloats(geometry: Geometry): i32 {
  const height = geometry.height, width = geometry.width, channels = geometry.channels;
  const kernelHeight = geometry.kernelHeight, kernelWidth = geometry.kernelWidth;
  const filters = geometry.filters, stride = geometry.stride;
  if (winogradFits(geometry, height, width)) {
    return GEOMETRY_INTEGERS + 9 * channels * filters +
      winogradScratchFloats(filters, channels, height, width);
  }
  if (scatterFits(geometry)) return scatterScratchFloats(geometry);
  if (spreadFits(geometry)) return spreadScratchFloats(geometry);
  return wholePanels(channels) * (1 + kernelHeight * kernelWidth * filters) +
    phasesTogether(geometry) * neededRows(height, kernelHeight, stride, geometry.padTop) *
      neededRows(width, kernelWidth, stride, geometry.padLeft) * filters;
}

/** How many images are computed together: as many as the largest phase allows. */
// @ts-ignore: decorator
@inline
function phasesTogether(geometry: Geometry): i32 {
  const stride = geometry.stride;
  const tall = (geometry.height + stride - 1) / stride, wide = (geometry.width + stride - 1) / stride;
  return imagesTogether(tall * wide, geometry.batch);
}

/** Rotates a 3 x 3 kernel by 180 degrees and exchanges channels and filters. */
function rotateKernel(w: usize, channels: i32, filters: i32, target: usize): void {
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

/** dx = activation(gradient of x given dy + bias). */
export function conv2dInputGradient(
  dy: usize,
  w: usize,
  bias: usize,
  dx: usize,
  geometry: Geometry,
  activation: i32,
  scratch: usize,
  block: usize,
): void {
  const height = geometry.height, width = geometry.width, channels = geometry.channels;
  const kernelHeight = geometry.kernelHeight, kernelWidth = geometry.kernelWidth;
  const outHeight = geometry.outHeight, outWidth = geometry.outWidth, filters = geometry.filters;
  const stride = geometry.stride, padTop = geometry.padTop, padLeft = geometry.padLeft;
  const epilogue = epilogueOf(activation);
  if (winogradFits(geometry, height, width)) {
    const swapped = changetype<Geometry>(scratch);
    geometry.writeSwapped(swapped);
    const kernels = scratch + (GEOMETRY_INTEGERS << 2);
    rotateKernel(w, channels, filters, kernels);
    const rest = kernels + (<usize> (9 * channels * filters) << 2);
    winograd(dy, kernels, bias, dx, swapped, epilogue, rest, block);
    return;
  }
  if (scatterFits(geometry)) {
    conv2dScatter(dy, w, bias, dx, geometry, activation, scratch);
    return;
  }
  if (spreadFits(geometry)) {
    conv2dSpread(dy, w, bias, dx, geometry, activation, scratch, block);
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
      packed = packPhase(w, geometry, (i + padTop) % stride, (j + padLeft) % stride, packed);
    }
  }
  const together = phasesTogether(geometry), next = <usize> rows * imageRow;
  const dyImage = <usize> (outHeight * outWidth) * pixel, dxImage = <usize> height * xRow;
  zeroFloats(image, together * rows * columns * filters);
  for (let n: i32 = 0; n < geometry.batch; n += together) {
    const images = min(together, geometry.batch - n);
    for (let i: i32 = 0; i < images; i++) {
      const from = dy + <usize> i * dyImage, to = image + <usize> i * next;
      placeImage(from, outHeight, outWidth, filters, top, left, to, rows, columns);
    }
    let kernels = panels;
    for (let i: i32 = 0; i < stride; i++) {
      const tapRows = taps(kernelHeight, (i + padTop) % stride, stride);
      const row = (i + padTop) / stride - tapRows + 1 - top;
      for (let j: i32 = 0; j < stride; j++) {
        const tapColumns = taps(kernelWidth, (j + padLeft) % stride, stride);
        const column = (j + padLeft) / stride - tapColumns + 1 - left;
        correlate(
          images,
          image + <usize> row * imageRow + <usize> column * pixel,
          next,
          imageRow,
          imageRow,
          pixel,
          tapRows,
          tapColumns * filters,
          kernels,
          channels,
          sums,
          dx + <usize> i * xRow + <usize> j * xPixel,
          dxImage,
          <usize> stride * xRow,
          <usize> stride * xPixel,
          (height - i + stride - 1) / stride,
          (width - j + stride - 1) / stride,
          epilogue,
          block,
        );
        kernels += <usize> (tapRows * tapColumns * filters *
          (channels == 1 ? 1 : wholePanels(channels))) << 2;
      }
    }
    dy += <usize> images * dyImage;
    dx += <usize> images * dxImage;
  }
}
