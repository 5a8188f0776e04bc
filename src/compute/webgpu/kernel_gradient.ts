/**
 * The kernel gradient of a convolution, split into slices of the positions that it sums over.
 *
 * The result is small and the sum long: for the first layer of `vae` at batch 256, 144 weights and 50,176
 * positions. One thread per weight, as in tfjs's program, gives 144 threads that walk all positions. Here
 * a workgroup of 64 takes 208 positions, so that 242 workgroups have 15,488 threads, and a second dispatch
 * adds the slices in order: repeatable bit for bit.
 */

import type * as tf from "@tensorflow/tfjs-core";
import type { KernelTable, Shape4 } from "../ops/_kernel.ts";
import type { StrideAndPadding } from "../ops/conv2d.ts";
import { mergeRows } from "./activation.ts";
import type { Program } from "./program.ts";
import { discard, output, run } from "./run.ts";
import { kernelGradientProgram, STEP } from "./kernel_gradient_program.ts";
import { planTiles, threadsOf, type Tile } from "./tiles.ts";

/**
 * Tiles, narrowest first. With few weights each thread computes one row, so that there are enough threads. For
 * one filter, a tile of four columns was no faster: loading pixels takes the time.
 */
const TILES: readonly (readonly [Tile, Program])[] = ([[16, 1], [64, 4]] as const).flatMap((
  [rows, rowsEach],
) =>
  [16, 32, 64].map((columns) => {
    const tile = { rows, columns, rowsEach, depth: STEP };
    return [tile, kernelGradientProgram(tile)] as const;
  })
);

/** The programs, smallest tile first. */
export const KERNEL_GRADIENT_PROGRAMS: readonly Program[] = TILES.map(([, program]) => program);

/** Threads that occupy a large device: a thousand on each of 132 processors. */
const MANY_THREADS = 2 ** 17;
/** Maximum number of slices (a thread of the second dispatch adds a quarter), and minimum terms of one. */
const MAX_SLICES = 256, MIN_TERMS = 128;

/** A partition of the sum. */
interface SlicePlan {
  /** Number of slices. */
  readonly slices: number;
  /** Positions per slice, a multiple of {@linkcode STEP}. */
  readonly slice: number;
}

/** Partitions a sum of `positions` terms for a result that takes `threads` threads. */
export function planSlices(positions: number, threads: number): SlicePlan {
  const wanted = Math.min(
    MAX_SLICES,
    Math.ceil(MANY_THREADS / threads),
    Math.ceil(positions / MIN_TERMS),
  );
  const slice = Math.ceil(positions / wanted / STEP) * STEP;
  return { slices: Math.ceil(positions / slice), slice };
}

/** The smallest tile that holds all results, or the largest. */
function tileFor(weights: number, filters: number): readonly [Tile, Program] {
  return TILES.find(([{ rows, columns }]) =>
    (rows === 64 || weights <= rows) && (columns === 64 || filters <= columns)
  )!;
}

/** Kernels of the WebGPU backend. */
export const WEBGPU_KERNEL_GRADIENT: KernelTable = {
  /** 2 dispatches: slices, their sum; 1 if there is one slice. */
  StrayConv2DKernelGradient: ({ x, dy }, attributes) => {
    const { stride, pad, shape } = attributes as unknown as StrideAndPadding & { shape: Shape4 };
    const [kernelHeight, kernelWidth, channels, filters] = shape;
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
