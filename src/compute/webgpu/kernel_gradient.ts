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
import { type Program, WORKGROUP } from "./program.ts";
import { discard, output, run } from "./run.ts";
import { DEPTH, planTiles, type Tile, tiledProduct } from "./tiles.ts";

/** Rows are weights of one filter, columns filters: `left` has pixels in it, `right` gradients. */
function gradientProgram(tile: Tile): Program {
  const { rows, columns } = tile;
  // A thread loads one row and one column, of every `WORKGROUP / rows`th and so on position.
  const rowStep = WORKGROUP / rows, columnStep = WORKGROUP / columns;
  const rowLoads = Array.from({ length: DEPTH / rowStep }, (_, i) => i);
  const columnLoads = Array.from({ length: DEPTH / columnStep }, (_, i) => i);
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
fn pixel(place: vec3<u32>, shift: vec2<i32>, channel: u32) -> f32 {
  let at = vec2<i32>(place.xy * u.stride) + shift;
  if (any(at < vec2<i32>()) || at.x >= i32(u.width) || at.y >= i32(u.height)) { return 0.0; }
  return x[((place.z * u.height + u32(at.y)) * u.width + u32(at.x)) * u.channels + channel];
}`,
    before: `
  let start = part * u.slice;
  let end = min(start + u.slice, u.positions);
  let by = place(${DEPTH}u);
  let weight = firstRow + local % ${rows}u;
  let tap = weight / u.channels;
  let channel = weight % u.channels;
  let shift = vec2<i32>(vec2<u32>(tap % u.kernelWidth, tap / u.kernelWidth)) - i32(u.pad);
  let rowLine = local / ${rows}u;
  let feature = firstColumn + local % ${columns}u;
  let columnLine = local / ${columns}u;
  ${rowLoads.map((i) => `var place${i} = place(start + rowLine + ${i * rowStep}u);`).join("\n")}`,
    load: `
  ${
      rowLoads.map((i) =>
        `{
    let line = rowLine + ${i * rowStep}u;
    var value = 0.0;
    if (weight < u.weights && k0 + line < end) { value = pixel(place${i}, shift, channel); }
    left[line * LEFT + local % ${rows}u] = value;
    place${i} = advance(place${i}, by);
  }`
      ).join("\n")
    }
  ${
      columnLoads.map((i) =>
        `{
    let line = columnLine + ${i * columnStep}u;
    var value = 0.0;
    if (feature < u.filters && k0 + line < end) { value = dy[(k0 + line) * u.filters + feature]; }
    right[line * RIGHT + local % ${columns}u] = value;
  }`
      ).join("\n")
    }`,
    put: `
    if (row < u.weights && column < u.filters) {
      parts[(part * u.weights + row) * u.filters + column] = sum;
    }`,
  });
}

const TILES: readonly (readonly [Tile, Program])[] = [16, 64].flatMap((rows) =>
  [16, 32, 64].map((columns) => {
    const tile = { rows, columns, across: 16 };
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
  const slice = Math.ceil(positions / wanted / DEPTH) * DEPTH;
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
