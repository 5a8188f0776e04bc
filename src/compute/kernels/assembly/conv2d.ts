// 2-D convolution, NHWC, and its two gradients, as products with patches. A patch is the window of
// the input under one output pixel: kernelHeight runs of kernelWidth * channels floats, each run
// contiguous in the input. Only a block of PATCHES patches is ever in memory, never all of them.
//
// Pointers are addresses of float32 tensors:
//   x  [batch, height, width, channels]         the input
//   w  [kernelHeight, kernelWidth, channels, filters]
//   y  [batch, outHeight, outWidth, filters]    the output
// `scratch` holds `conv2dScratchFloats` floats.

import { addFloats, copyFloats, zeroFloats } from "./simd";
import { PANEL, packPanels, panelFloats, product } from "./gemm";

/** Patches in memory at a time: a multiple of the product's 6 rows that stays in cache. */
const PATCHES: i32 = 96;

/** Floats of scratch that any of the three functions needs. */
export function conv2dScratchFloats(patch: i32, filters: i32): i32 {
  return PATCHES * patch + max(panelFloats(patch, filters), panelFloats(filters, patch)) +
    PATCHES * (filters + PANEL);
}

/** Copies the patch of output pixel (row, column) to `target`; outside the image it is zero. */
// @ts-ignore: decorator
@inline
function gatherPatch(
  image: usize,
  target: usize,
  top: i32,
  left: i32,
  height: i32,
  width: i32,
  channels: i32,
  kernelHeight: i32,
  kernelWidth: i32,
): void {
  const run = kernelWidth * channels;
  const from = max(0, -left), to = min(kernelWidth, width - left);
  for (let kh: i32 = 0; kh < kernelHeight; kh++) {
    const row = top + kh;
    const out = target + (<usize> (kh * run) << 2);
    if (row < 0 || row >= height || to <= from) {
      zeroFloats(out, run);
      continue;
    }
    const source = image + (<usize> ((row * width + left + from) * channels) << 2);
    if (from == 0 && to == kernelWidth) {
      copyFloats(out, source, run);
    } else {
      zeroFloats(out, from * channels);
      copyFloats(out + (<usize> (from * channels) << 2), source, (to - from) * channels);
      zeroFloats(out + (<usize> (to * channels) << 2), (kernelWidth - to) * channels);
    }
  }
}

/** Adds a patch to the image at its place; what falls outside is dropped. */
// @ts-ignore: decorator
@inline
function scatterPatch(
  image: usize,
  patch: usize,
  top: i32,
  left: i32,
  height: i32,
  width: i32,
  channels: i32,
  kernelHeight: i32,
  kernelWidth: i32,
): void {
  const run = kernelWidth * channels;
  const from = max(0, -left), to = min(kernelWidth, width - left);
  if (to <= from) return;
  for (let kh: i32 = 0; kh < kernelHeight; kh++) {
    const row = top + kh;
    if (row < 0 || row >= height) continue;
    addFloats(
      image + (<usize> ((row * width + left + from) * channels) << 2),
      patch + (<usize> (kh * run + from * channels) << 2),
      (to - from) * channels,
    );
  }
}

/** y = x * w (cross-correlation, as everywhere in deep learning). */
export function conv2d(
  x: usize,
  w: usize,
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
  scratch: usize,
): void {
  const patch = kernelHeight * kernelWidth * channels;
  const panels = scratch + (<usize> (PATCHES * patch) << 2);
  packPanels(w, <usize> filters << 2, 4, patch, filters, panels);
  const total = batch * outHeight * outWidth;
  let n: i32 = 0, oh: i32 = 0, ow: i32 = 0;
  for (let start: i32 = 0; start < total; start += PATCHES) {
    const count = min(PATCHES, total - start);
    for (let i: i32 = 0; i < count; i++) {
      gatherPatch(
        x + (<usize> (n * height * width * channels) << 2),
        scratch + (<usize> (i * patch) << 2),
        oh * stride - padTop,
        ow * stride - padLeft,
        height,
        width,
        channels,
        kernelHeight,
        kernelWidth,
      );
      if (++ow == outWidth) {
        ow = 0;
        if (++oh == outHeight) {
          oh = 0;
          n++;
        }
      }
    }
    product(
      count,
      filters,
      patch,
      scratch,
      <usize> patch << 2,
      4,
      panels,
      <usize> patch * 32,
      32,
      y + (<usize> (start * filters) << 2),
      <usize> filters << 2,
      false,
    );
  }
}

/** dx from dy: each output pixel's gradient, times the kernel, added back at its window. */
export function conv2dInputGradient(
  dy: usize,
  w: usize,
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
  scratch: usize,
): void {
  const patch = kernelHeight * kernelWidth * channels;
  const panels = scratch + (<usize> (PATCHES * patch) << 2);
  packPanels(w, 4, <usize> filters << 2, filters, patch, panels);
  zeroFloats(dx, batch * height * width * channels);
  const total = batch * outHeight * outWidth;
  let n: i32 = 0, oh: i32 = 0, ow: i32 = 0;
  for (let start: i32 = 0; start < total; start += PATCHES) {
    const count = min(PATCHES, total - start);
    product(
      count,
      patch,
      filters,
      dy + (<usize> (start * filters) << 2),
      <usize> filters << 2,
      4,
      panels,
      <usize> filters * 32,
      32,
      scratch,
      <usize> patch << 2,
      false,
    );
    for (let i: i32 = 0; i < count; i++) {
      scatterPatch(
        dx + (<usize> (n * height * width * channels) << 2),
        scratch + (<usize> (i * patch) << 2),
        oh * stride - padTop,
        ow * stride - padLeft,
        height,
        width,
        channels,
        kernelHeight,
        kernelWidth,
      );
      if (++ow == outWidth) {
        ow = 0;
        if (++oh == outHeight) {
          oh = 0;
          n++;
        }
      }
    }
  }
}

/** dw from x and dy: the sum over output pixels of patch times gradient. */
export function conv2dFilterGradient(
  x: usize,
  dy: usize,
  dw: usize,
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
  scratch: usize,
): void {
  const patch = kernelHeight * kernelWidth * channels;
  const panels = scratch + (<usize> (PATCHES * patch) << 2);
  const total = batch * outHeight * outWidth;
  const inPlace = (filters & (PANEL - 1)) == 0;
  let n: i32 = 0, oh: i32 = 0, ow: i32 = 0;
  for (let start: i32 = 0; start < total; start += PATCHES) {
    const count = min(PATCHES, total - start);
    for (let i: i32 = 0; i < count; i++) {
      gatherPatch(
        x + (<usize> (n * height * width * channels) << 2),
        scratch + (<usize> (i * patch) << 2),
        oh * stride - padTop,
        ow * stride - padLeft,
        height,
        width,
        channels,
        kernelHeight,
        kernelWidth,
      );
      if (++ow == outWidth) {
        ow = 0;
        if (++oh == outHeight) {
          oh = 0;
          n++;
        }
      }
    }
    const gradient = dy + (<usize> (start * filters) << 2);
    if (!inPlace) packPanels(gradient, <usize> filters << 2, 4, count, filters, panels);
    product(
      patch,
      filters,
      count,
      scratch,
      4,
      <usize> patch << 2,
      inPlace ? gradient : panels,
      inPlace ? 32 : <usize> count * 32,
      inPlace ? <usize> filters << 2 : 32,
      dw,
      <usize> filters << 2,
      start > 0,
    );
  }
}
