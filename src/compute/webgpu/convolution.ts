/** Convolution and its transpose, which is its input gradient, with bias and non-linearity. */

import type * as tf from "@tensorflow/tfjs-core";
import type { KernelTable, Shape4 } from "../ops/_kernel.ts";
import { ACTIVATIONS } from "../names.ts";
import type { ConvolutionOptions } from "../ops/conv2d.ts";
import { convolutionProgram } from "./convolution_programs.ts";
import type { Program } from "./program.ts";
import { output, run } from "./run.ts";
import { planTiles, type Tile } from "./tiles.ts";

/** Tiles, widest first; the last is for images of few channels. */
const TILES: readonly Tile[] = [
  { rows: 64, columns: 64, rowsEach: 4, depth: 16 },
  { rows: 64, columns: 32, rowsEach: 4, depth: 16 },
  { rows: 64, columns: 16, rowsEach: 4, depth: 8 },
  { rows: 128, columns: 4, rowsEach: 1, depth: 8 },
];

/** The programs of convolution, largest tile first. */
export const CONVOLUTION_PROGRAMS: readonly Program[] = TILES.map((tile) =>
  convolutionProgram("convolution", tile)
);
/** The programs of transposed convolution, largest tile first. */
export const TRANSPOSE_PROGRAMS: readonly Program[] = TILES.map((tile) =>
  convolutionProgram("transpose", tile)
);

/** Workgroups below which a narrower tile, and so more workgroups, is faster on a large device. */
const FEW_GROUPS = 128;

/**
 * Chooses the index of the tile for `rows` x `columns` results per part.
 *
 * The widest tile that occupies a large device and lies outside by at most half, or else the narrowest
 * (except the one for few channels).
 */
export function chooseTile(rows: number, columns: number, parts: number): number {
  const narrowest = columns <= TILES.at(-1)!.columns ? TILES.length - 1 : TILES.length - 2;
  for (let i = 0; i < narrowest; i++) {
    const tile = TILES[i]!;
    if (2 * columns <= tile.columns) continue;
    const { columnTiles, rowTiles } = planTiles(tile, rows, columns, parts).uniforms;
    if (columnTiles * rowTiles * parts >= FEW_GROUPS) return i;
  }
  return narrowest;
}

interface Convolution {
  readonly x: tf.TensorInfo;
  readonly kernel: tf.TensorInfo;
  readonly bias: tf.TensorInfo | undefined;
  readonly outputShape: Shape4;
  readonly options: ConvolutionOptions;
}

/** Runs a program. Without a bias, the kernel is bound in its place but not read. */
function convolve(
  programs: readonly Program[],
  phases: number,
  { x, kernel, bias, outputShape, options }: Convolution,
): tf.TensorInfo {
  const [images, outHeight, outWidth, filters] = outputShape;
  const [, height, width, channels] = x.shape as Shape4;
  const [kernelHeight, kernelWidth] = kernel.shape as Shape4;
  const { stride, pad, activation } = options;
  const rows = images * Math.ceil(outHeight / phases) * Math.ceil(outWidth / phases);
  const number = chooseTile(rows, filters, phases * phases);
  const { groups, uniforms } = planTiles(TILES[number]!, rows, filters, phases * phases);
  const y = output(outputShape);
  run(programs[number]!, {
    writes: [y],
    reads: [x, kernel, bias ?? kernel],
    uniforms: {
      ...uniforms,
      images,
      height,
      width,
      channels,
      filters,
      outHeight,
      outWidth,
      kernelHeight,
      kernelWidth,
      stride,
      pad: typeof pad === "number" ? pad : pad[0],
      biased: bias ? 1 : 0,
      activation: ACTIVATIONS.indexOf(activation),
    },
    groups,
  });
  return y;
}

/** The length of the output along an axis. */
function outLength(pixels: number, taps: number, { stride, pad }: ConvolutionOptions): number {
  const [before, after] = typeof pad === "number" ? [pad, pad] : pad;
  return Math.floor((pixels + before + after - taps) / stride) + 1;
}

/** Kernels of the WebGPU backend. */
export const WEBGPU_CONVOLUTION: KernelTable = {
  /** 1 dispatch. */
  StrayConv2D: ({ x, kernel, bias }, attributes) => {
    const options = attributes as unknown as ConvolutionOptions;
    const [images, height, width] = x!.shape as Shape4;
    const [kernelHeight, kernelWidth, , filters] = kernel!.shape as Shape4;
    const outputShape: Shape4 = [
      images,
      outLength(height, kernelHeight, options),
      outLength(width, kernelWidth, options),
      filters,
    ];
    const convolution = { x: x!, kernel: kernel!, bias, outputShape, options };
    return convolve(CONVOLUTION_PROGRAMS, 1, convolution);
  },
  /** 1 dispatch for all phases. */
  StrayConv2DTranspose: ({ x, kernel, bias }, attributes) => {
    const options = attributes as unknown as ConvolutionOptions & { outputShape: Shape4 };
    const { outputShape, stride } = options;
    const convolution = { x: x!, kernel: kernel!, bias, outputShape, options };
    return convolve(TRANSPOSE_PROGRAMS, stride, convolution);
  },
};
