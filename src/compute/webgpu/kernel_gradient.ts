/**
 * The gradient of a convolution by its kernel, in slices of the positions that it sums over.
 *
 * The result is small and the sum long: for the first layer of `vae` at batch 256, 144 weights and 50,176
 * positions. A thread a weight, as in tfjs's program, is 144 threads that walk all positions. Here a
 * workgroup of 64 takes 208 positions, 242 side by side are 15,488 threads, and a second dispatch adds
 * the slices up in their order: the same each time, bit for bit.
 */

import type * as tf from "@tensorflow/tfjs-core";
import type { KernelTable } from "../ops/_kernel.ts";
import type { Sliding } from "../ops/conv2d.ts";
import { mergeRows } from "./activation.ts";
import type { Program } from "./program.ts";
import { discard, output, run } from "./run.ts";
import { kernelGradientProgram, STEP } from "./kernel_gradient_program.ts";
import { planTiles, threadsOf, type Tile } from "./tiles.ts";

/**
 * From the narrowest on. Of few weights a filter a thread makes one row, so that there are enough threads.
 * For one filter a tile of four columns was no quicker: it is the pixels that take the time.
 */
const TILES: readonly (readonly [Tile, Program])[] = ([[16, 1], [64, 4]] as const).flatMap((
  [rows, rowsEach],
) =>
  [16, 32, 64].map((columns) => {
    const tile = { rows, columns, rowsEach, depth: STEP };
    return [tile, kernelGradientProgram(tile)] as const;
  })
);

/** The programs, up to the largest tile. */
export const KERNEL_GRADIENT_PROGRAMS: readonly Program[] = TILES.map(([, program]) => program);

/** Threads that keep a large device busy: a thousand on each of 132 processors. */
const MANY_THREADS = 2 ** 17;
/** Slices at most (a thread of the second dispatch adds up a quarter of them), and terms of one at least. */
const MOST_SLICES = 256, LEAST_TERMS = 128;

/** How the sum is cut. */
export interface SlicePlan {
  /** How many. */
  readonly slices: number;
  /** Positions of one: whole steps. */
  readonly slice: number;
}

/** Cuts a sum of `positions` terms for a result that takes so many threads. */
export function planSlices(positions: number, threads: number): SlicePlan {
  const wanted = Math.min(
    MOST_SLICES,
    Math.ceil(MANY_THREADS / threads),
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
    const { slices, slice } = planSlices(
      positions,
      columnTiles * rowTiles * threadsOf(tile).threads,
    );
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
