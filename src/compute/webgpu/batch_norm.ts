/** Batch normalisation in training, its gradient, and running statistics: the dispatches of each. */

import { StrayError } from "../../errors.ts";
import { type KernelTable, rowsOf } from "../ops/_kernel.ts";
import type { BatchNormAttributes } from "../ops/batch_norm.ts";
import type { BlendAttributes } from "../ops/running_statistics.ts";
import {
  BLEND,
  GRADIENT,
  GRADIENT_SUMS,
  MERGE_GRADIENT_SUMS,
  MERGE_STATISTICS,
  NORMALISE,
  STATISTICS,
} from "./batch_norm_programs.ts";
import { planColumns } from "./columns.ts";
import { discard, output, run } from "./run.ts";

/** Refuses a batch split over a group: its sums would stall the device between dispatches. */
function requireWholeBatch({ reduce }: BatchNormAttributes): void {
  if (!reduce) return;
  throw new StrayError(
    "backend",
    "Cannot normalise a batch on WebGPU as it must be on one thread: current batch is shared",
    { hint: "use --workers 1, or --backend wasm" },
  );
}

/** Kernels of the WebGPU backend. */
export const WEBGPU_BATCH_NORM: KernelTable = {
  /** 2 dispatches: statistics, result; for long tensors a third merges statistics of blocks. */
  StrayBatchNorm: ({ x, gamma, beta }, attributes) => {
    const options = attributes as unknown as BatchNormAttributes;
    requireWholeBatch(options);
    const { rows, channels: columns } = rowsOf(x!);
    const plan = planColumns(rows, columns);
    const { blocks } = plan, { rowsPerBlock: length } = plan.uniforms;
    const y = output(x!.shape), mean = output([columns]), variance = output([columns]);
    if (blocks === 1) run(STATISTICS, { writes: [mean, variance], reads: [x!], ...plan });
    else {
      const means = output([blocks, columns]), squares = output([blocks, columns]);
      run(STATISTICS, { writes: [means, squares], reads: [x!], ...plan });
      const { groups, uniforms } = planColumns(blocks, columns, 1);
      run(MERGE_STATISTICS, {
        writes: [mean, variance],
        reads: [means, squares],
        uniforms: { ...uniforms, length, all: rows },
        groups,
      });
      discard(means, squares);
    }
    const relu = options.activation === "relu" ? 1 : 0;
    run(NORMALISE, {
      writes: [y],
      reads: [x!, gamma!, beta!, mean, variance],
      uniforms: { size: rows * columns, columns, epsilon: options.epsilon, relu },
    });
    options.batch.count = rows;
    return [y, mean, variance];
  },
  /** 2 dispatches: sums, result; for long tensors a third merges sums of blocks. */
  StrayBatchNormGradient: ({ dy, x, y, gamma, mean, variance }, attributes) => {
    const options = attributes as unknown as BatchNormAttributes;
    requireWholeBatch(options);
    const { rows, channels: columns } = rowsOf(x!);
    const plan = planColumns(rows, columns);
    const { blocks, groups } = plan, { epsilon } = options;
    const relu = options.activation === "relu" ? 1 : 0;
    const dx = output(x!.shape), dgamma = output([columns]), dbeta = output([columns]);
    const terms = output([columns, 4]);
    const reads = [dy!, x!, y!, mean!, variance!];
    const uniforms = { ...plan.uniforms, count: rows, epsilon, relu };
    if (blocks === 1) {
      run(GRADIENT_SUMS, { writes: [dbeta, dgamma, terms], reads, uniforms, groups });
    } else {
      const sums = output([blocks, columns]), products = output([blocks, columns]);
      run(GRADIENT_SUMS, { writes: [sums, products, terms], reads, uniforms, groups });
      const merge = planColumns(blocks, columns, 1);
      run(MERGE_GRADIENT_SUMS, {
        writes: [dbeta, dgamma, terms],
        reads: [sums, products, mean!, variance!],
        uniforms: { ...merge.uniforms, count: rows, epsilon },
        groups: merge.groups,
      });
      discard(sums, products);
    }
    run(GRADIENT, {
      writes: [dx],
      reads: [dy!, x!, y!, gamma!, terms],
      uniforms: { size: rows * columns, columns, relu },
    });
    discard(terms);
    return [dx, dgamma, dbeta];
  },
  /** 1 dispatch. */
  StrayBlendStatistics: ({ runningMean, runningVariance, mean, variance }, attributes) => {
    const { momentum, correction } = attributes as unknown as BlendAttributes;
    const { size, shape } = mean!;
    const after = [output(shape), output(shape)];
    run(BLEND, {
      writes: after,
      reads: [runningMean!, runningVariance!, mean!, variance!],
      uniforms: { size, momentum, rest: 1 - momentum, correction },
    });
    return after;
  },
};
