/**
 * Programs of convolution and transposed convolution: image windows times the kernel.
 *
 * Rows of the product are output positions in all images, columns are filters, and the sum runs over
 * kernel taps and channels. A transposed convolution of stride s splits into s x s phases: outputs of a
 * phase use the same taps, every s-th along both axes, so that no zeros between pixels are multiplied.
 * Both of tfjs's programs test at each tap whether a pixel exists, and its tiled product
 * (`WEBGPU_USE_NAIVE_CONV2D_TRANSPOSE` off) multiplies the zeros: s x s times the work.
 */

import { ACTIVATE } from "./activate.ts";
import type { Program } from "./program.ts";
import { threadsOf, type Tile, tiledProduct } from "./tiles.ts";

/** The outputs of a phase (`residue`) along one axis. */
const AXES = {
  convolution: `
fn axis(kernel: u32, length: u32, residue: i32) -> Axis {
  return Axis(i32(length), 0, 1, -i32(u.pad), i32(u.stride), i32(kernel), 0, 1);
}`,
  transpose: `
fn axis(kernel: u32, length: u32, residue: i32) -> Axis {
  let stride = i32(u.stride);
  let pad = i32(u.pad);
  // The first output whose taps are the residue's. OpenGL has no remainder of negative numbers.
  let first = (residue + stride - pad % stride) % stride;
  let taps = max(0, (i32(kernel) - residue + stride - 1) / stride);
  let span = max(0, (i32(length) - first + stride - 1) / stride);
  return Axis(span, first, stride, (first + pad - residue) / stride, 1, taps, residue, stride);
}`,
};

/** More lines than any image has; sums of it do not overflow. */
const FAR = 2 ** 28;

/** Loads the kernel into `right`; its memory order differs between the two convolutions. */
function loadKernel(kind: keyof typeof AXES, tile: Tile): string {
  const { depth } = tile, { threads, across, rightLoads } = threadsOf(tile);
  if (kind === "convolution") {
    return rightLoads.map((i) =>
      `{
    let slot = local % ${across}u;
    let line = local / ${across}u + ${i * threads / across}u;
    let column = firstColumn + 4u * slot;
    let at = (k0 + line) * u.filters + column;
    var value = vec4<f32>();
    for (var j = 0u; j < 4u; j++) {
      if (k0 + line < end && column + j < u.filters) { value[j] = kernel[at + j]; }
    }
    if (line < ${depth}u) { right[line * RIGHT + slot] = value; }
  }`
    ).join("\n");
  }
  return rightLoads.map((i) =>
    `{
    let slot = lane + ${i * threads / depth}u;
    let column = firstColumn + 4u * slot;
    let at = (u32(weightTap) * u.filters + column) * u.channels + channel;
    var value = vec4<f32>();
    for (var j = 0u; j < 4u; j++) {
      if (inside && column + j < u.filters) { value[j] = kernel[at + j * u.channels]; }
    }
    if (slot < ${across}u) { right[line * RIGHT + slot] = value; }
  }`
  ).join("\n");
}

/**
 * Creates the program of a convolution or its transpose, with bias and non-linearity.
 *
 * A thread loads `left` at one term of the sum, decoded once per step, for several rows, decoded once.
 */
export function convolutionProgram(kind: keyof typeof AXES, tile: Tile): Program {
  const { rows, columns, rowsEach, depth } = tile, { threads, leftLoads } = threadsOf(tile);
  const sign = kind === "convolution" ? "" : "-";
  const each = (text: (own: number, row: string) => string) =>
    leftLoads.flatMap((i) =>
      Array.from({ length: rowsEach }, (_, j) => {
        const row = `firstRow + ${rowsEach}u * (lane + ${i * threads / depth}u) + ${j}u`;
        return text(i * rowsEach + j, row);
      })
    ).join("\n");
  return tiledProduct({
    name: `conv2d_${kind}_${rows}x${columns}`,
    tile,
    writes: ["y"],
    reads: ["x", "kernel", "bias"],
    uniforms: {
      images: "u32",
      height: "u32",
      width: "u32",
      channels: "u32",
      filters: "u32",
      outHeight: "u32",
      outWidth: "u32",
      kernelHeight: "u32",
      kernelWidth: "u32",
      stride: "u32",
      pad: "u32",
      biased: "u32",
      activation: "u32",
    },
    functions: `
struct Axis {
  /** Number of outputs, position of the first, and step between them. */
  span: i32, first: i32, step: i32,
  /** Pixel of the first output at tap 0, and step between outputs. */
  pixel: i32, pixelStep: i32,
  /** Number of taps, position of the first in the kernel, and step between them. */
  taps: i32, tap: i32, tapStep: i32,
}
${AXES[kind]}
${ACTIVATE}
/** Decodes a row: image, and indices of the output within the phase. */
fn place(row: u32, tall: i32, wide: i32) -> vec3<i32> {
  let line = i32(row) / wide;
  return vec3<i32>(line / tall, line % tall, i32(row) % wide);
}
fn pixel(image: i32, line: i32, column: i32, channel: u32) -> f32 {
  if (line < 0 || column < 0 || line >= i32(u.height) || column >= i32(u.width)) { return 0.0; }
  return x[u32((image + line) * i32(u.width) + column) * u.channels + channel];
}`,
    before: `
  let stride = i32(u.stride);
  let down = axis(u.kernelHeight, u.outHeight, i32(part) / stride);
  let over = axis(u.kernelWidth, u.outWidth, i32(part) % stride);
  let start = 0u;
  let end = u32(down.taps * over.taps) * u.channels;
  let rowEnd = u.images * u32(down.span * over.span);
  let line = local % ${depth}u;
  let lane = local / ${depth}u;
  ${
      each((i, row) => `
  let row${i} = ${row};
  let place${i} = place(row${i}, max(down.span, 1), max(over.span, 1));
  // Rows beyond the product map to a line above all images.
  let pixelY${i} = select(-${FAR}, down.pixel + down.pixelStep * place${i}.y, row${i} < rowEnd);
  let pixelX${i} = over.pixel + over.pixelStep * place${i}.z;
  let image${i} = place${i}.x * i32(u.height);`)
    }`,
    load: `
  let own = k0 + line;
  let inside = own < end;
  let channel = own % u.channels;
  let tap = i32(own / u.channels);
  let tapX = tap % over.taps;
  let tapY = tap / over.taps;
  let weightTap = (down.tap + down.tapStep * tapY) * i32(u.kernelWidth) + over.tap + over.tapStep * tapX;
  // Terms beyond the sum likewise.
  let lineY = select(-${FAR}, ${sign}tapY, inside);
  let lineX = ${sign}tapX;
  ${
      each((i) =>
        `let value${i} = pixel(image${i}, pixelY${i} + lineY, pixelX${i} + lineX, channel);`
      )
    }
  ${
      leftLoads.map((i) => {
        const values = Array.from({ length: rowsEach }, (_, j) => `value${i * rowsEach + j}`);
        return `left[line * LEFT + lane + ${i * threads / depth}u] = Left(${values.join(", ")});`;
      }).join("\n")
    }
  ${loadKernel(kind, tile)}`,
    store: `
    if (row < rowEnd && column < u.filters) {
      let at = place(row, down.span, over.span);
      let outY = u32(down.first + down.step * at.y);
      let outX = u32(over.first + over.step * at.z);
      var z = sum;
      if (u.biased == 1u) { z += bias[column]; }
      y[((u32(at.x) * u.outHeight + outY) * u.outWidth + outX) * u.filters + column] = activate(z);
    }`,
  });
}
