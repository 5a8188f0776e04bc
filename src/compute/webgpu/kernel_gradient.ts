/**
 * The gradient of a convolution by its kernel: windows of the images, transposed, times the gradient.
 *
 * The result is small and the sum long: 9 x 32 weights, 50,000 positions for the first layer of `vae` at
 * batch 256. A thread a weight, as in tfjs's program, is 288 threads of which each walks all positions.
 * Here the sum is cut into slices, a workgroup each (there 256 of 256 threads, of 208 positions), and a
 * second dispatch adds the slices up in their order: the same each time, bit for bit.
 */

import type * as tf from "@tensorflow/tfjs-core";
import type { KernelTable } from "../ops/_kernel.ts";
import type { Sliding } from "../ops/conv2d.ts";
import { mergeRows } from "./activation.ts";
import type { Program } from "./program.ts";
import { discard, output, run } from "./run.ts";
import { planTiles, threadsOf, type Tile, tiledProduct } from "./tiles.ts";

/** Positions of a step. */
const STEP = 16;

/** Rows are weights of one filter, columns filters: `left` has pixels in it, `right` gradients. */
function gradientProgram(tile: Tile): Program {
  const { rows, columns, rowsEach, depth } = tile;
  const { threads, across, down, leftLoads, rightLoads } = threadsOf(tile);
  // A thread fills `left` for the same rows at every `threads / down`th position.
  const leftStep = threads / down, rightStep = threads / across;
  const own = Array.from({ length: rowsEach }, (_, i) => i);
  return tiledProduct({
    name: `conv2d_kernel_gradient_${rows}x${columns}`,
    tile,
    writes: ["parts"],
    reads: ["x", "dy"],
    uniforms: {
      positions: "u32",
      slice: "u32",
      weights: "u32",
      filters: "u32",
      kernelWidth: "u32",
      height: "u32",
      width: "u32",
      channels: "u32",
      outHeight: "u32",
      outWidth: "u32",
      stride: "u32",
      pad: "u32",
    },
    functions: `
/** A position as column, row, image. */
fn place(p: u32) -> vec3<u32> {
  let line = p / u.outWidth;
  return vec3<u32>(p % u.outWidth, line % u.outHeight, line / u.outHeight);
}
/** A place and a step to the next, with carries: quicker than to divide again. */
fn advance(place: vec3<u32>, by: vec3<u32>) -> vec3<u32> {
  var next = place + by;
  if (next.x >= u.outWidth) { next.x -= u.outWidth; next.y += 1u; }
  if (next.y >= u.outHeight) { next.y -= u.outHeight; next.z += 1u; }
  return next;
}
/** Where a weight lies: its tap's column and line, against the window's; its channel. */
fn reach(weight: u32) -> vec3<i32> {
  let tap = weight / u.channels;
  let pad = i32(u.pad);
  return vec3<i32>(
    i32(tap % u.kernelWidth) - pad,
    i32(tap / u.kernelWidth) - pad,
    i32(weight % u.channels),
  );
}
fn pixel(place: vec3<u32>, reach: vec3<i32>) -> f32 {
  let at = vec2<i32>(place.xy * u.stride) + reach.xy;
  if (any(at < vec2<i32>()) || at.x >= i32(u.width) || at.y >= i32(u.height)) { return 0.0; }
  return x[((place.z * u.height + u32(at.y)) * u.width + u32(at.x)) * u.channels + u32(reach.z)];
}`,
    before: `
  let start = part * u.slice;
  let end = min(start + u.slice, u.positions);
  let by = place(${depth}u);
  let leftSlot = local % ${down}u;
  let leftLine = local / ${down}u;
  let rightSlot = local % ${across}u;
  let rightLine = local / ${across}u;
  let weight = firstRow + ${rowsEach}u * leftSlot;
  let feature = firstColumn + 4u * rightSlot;
  ${own.map((j) => `let reach${j} = reach(weight + ${j}u);`).join("\n")}
  ${
      leftLoads.map((i) => `var place${i} = place(start + leftLine + ${i * leftStep}u);`).join("\n")
    }`,
    load: `
  ${
      leftLoads.map((i) =>
        `{
    let line = leftLine + ${i * leftStep}u;
    var value = Left();
    if (k0 + line < end) {
      value = Left(${own.map((j) => `pixel(place${i}, reach${j})`).join(", ")});
    }
    left[line * LEFT + leftSlot] = value;
    place${i} = advance(place${i}, by);
  }`
      ).join("\n")
    }
  ${
      rightLoads.map((i) =>
        `{
    let line = rightLine + ${i * rightStep}u;
    let at = (k0 + line) * u.filters + feature;
    var value = vec4<f32>();
    for (var j = 0u; j < 4u; j++) {
      if (k0 + line < end && feature + j < u.filters) { value[j] = dy[at + j]; }
    }
    if (line < ${depth}u) { right[line * RIGHT + rightSlot] = value; }
  }`
      ).join("\n")
    }`,
    put: `
    if (row < u.weights && column < u.filters) {
      parts[(part * u.weights + row) * u.filters + column] = sum;
    }`,
  });
}

/**
 * From the narrowest on. Of few weights a filter a thread makes one row, so that there are enough threads.
 * For one filter a tile of four columns was no quicker: it is the pixels that take the time.
 */
const TILES: readonly (readonly [Tile, Program])[] = ([[16, 1], [64, 4]] as const).flatMap((
  [rows, rowsEach],
) =>
  [16, 32, 64].map((columns) => {
    const tile = { rows, columns, rowsEach, depth: STEP };
    return [tile, gradientProgram(tile)] as const;
  })
);

/** The programs, up to the largest tile. */
export const KERNEL_GRADIENT_PROGRAMS: readonly Program[] = TILES.map(([, program]) => program);

/** Workgroups that keep a large device busy: four for each of 132 processors. */
const MANY_GROUPS = 512;
/** Slices at most (a thread of the second dispatch adds up a quarter of them), and terms of one at least. */
const MOST_SLICES = 256, LEAST_TERMS = 128;

/** How the sum is cut. */
export interface SlicePlan {
  /** How many. */
  readonly slices: number;
  /** Positions of one: whole steps. */
  readonly slice: number;
}

/** Cuts a sum of `positions` terms for a result of so many tiles. */
export function planSlices(positions: number, tiles: number): SlicePlan {
  const wanted = Math.min(
    MOST_SLICES,
    Math.ceil(MANY_GROUPS / tiles),
    Math.ceil(positions / LEAST_TERMS),
  );
  const slice = Math.ceil(positions / wanted / STEP) * STEP;
  return { slices: Math.ceil(positions / slice), slice };
}

/** The smallest tile that holds as much, or the largest. */
function tileFor(weights: number, filters: number): readonly [Tile, Program] {
  return TILES.find(([{ rows, columns }]) =>
    (rows === 64 || weights <= rows) && (columns === 64 || filters <= columns)
  )!;
}

/** Kernels of the WebGPU backend. */
export const WEBGPU_KERNEL_GRADIENT: KernelTable = {
  /** 2 dispatches: slices, their sum; 1 if there is one slice. */
  StrayConv2DKernelGradient: ({ x, dy }, attributes) => {
    const { stride, pad, shape } = attributes as unknown as Sliding & { shape: number[] };
    const [kernelHeight, kernelWidth, channels, filters] = shape as [
      number,
      number,
      number,
      number,
    ];
    const [images, height, width] = x!.shape as [number, number, number];
    const [, outHeight, outWidth] = dy!.shape as [number, number, number];
    const weights = kernelHeight * kernelWidth * channels;
    const positions = images * outHeight * outWidth;
    const [tile, program] = tileFor(weights, filters);
    const { columnTiles, rowTiles } = planTiles(tile, weights, filters, 1).uniforms;
    const { slices, slice } = planSlices(positions, columnTiles * rowTiles);
    const { groups, uniforms } = planTiles(tile, weights, filters, slices);
    const parts: tf.TensorInfo = output(slices === 1 ? shape : [slices, weights * filters]);
    run(program, {
      writes: [parts],
      reads: [x!, dy!],
      uniforms: {
        ...uniforms,
        positions,
        slice,
        weights,
        filters,
        kernelWidth,
        height,
        width,
        channels,
        outHeight,
        outWidth,
        stride,
        pad: typeof pad === "number" ? pad : pad[0],
      },
      groups,
    });
    if (slices === 1) return parts;
    const sum = output(shape);
    mergeRows(parts, sum);
    discard(parts);
    return sum;
  },
};
