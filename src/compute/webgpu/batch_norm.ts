/** Batch normalisation in training, and its gradient: the dispatches of each. */

import type { KernelTable } from "../ops/_kernel.ts";
import type { BatchNormAttributes } from "../ops/batch_norm.ts";
import { StrayError } from "../../errors.ts";
import { rowsOf } from "./activation.ts";
import {
  GRADIENT,
  GRADIENT_SUMS,
  MERGE_GRADIENT_SUMS,
  MERGE_STATISTICS,
  NORMALISE,
  STATISTICS,
} from "./batch_norm_programs.ts";
import { planColumns } from "./columns.ts";
import { elementGroups } from "./program.ts";
import { discard, output, run } from "./run.ts";

/** A group adds up sums between two dispatches, which a device could only do by stopping. */
function requireAlone({ reduce }: BatchNormAttributes): void {
  if (!reduce) return;
  throw new StrayError(
    "backend",
    "Cannot normalise a batch on WebGPU as it must be on one thread: current batch is shared",
    { hint: "use --workers 1, or --backend wasm" },
  );
}

/** Kernels of the WebGPU backend. */
export const WEBGPU_BATCH_NORM: KernelTable = {
  /** 2 dispatches: statistics, result; of long tensors a third merges the statistics of blocks. */
  StrayBatchNorm: ({ x, gamma, beta }, attributes) => {
    const options = attributes as unknown as BatchNormAttributes;
    requireAlone(options);
    const { rows, columns } = rowsOf(x!);
    const plan = planColumns(rows, columns);
    const { blocks } = plan, { rowsPerBlock: length } = plan.uniforms;
    const y = output(x!.shape), mean = output([columns]), variance = output([columns]);
    if (blocks === 1) run(STATISTICS, { writes: [mean, variance], reads: [x!], ...plan });
    else {
      const means = output([blocks, columns]), spreads = output([blocks, columns]);
      run(STATISTICS, { writes: [means, spreads], reads: [x!], ...plan });
      const { groups, uniforms } = planColumns(blocks, columns, 1);
      run(MERGE_STATISTICS, {
        writes: [mean, variance],
        reads: [means, spreads],
        uniforms: { ...uniforms, length, all: rows },
        groups,
      });
      discard(means, spreads);
    }
    const size = rows * columns, relu = options.activation === "relu" ? 1 : 0;
    run(NORMALISE, {
      writes: [y],
      reads: [x!, gamma!, beta!, mean, variance],
      uniforms: { size, columns, epsilon: options.epsilon, relu },
      groups: elementGroups(size),
    });
    options.batch.count = rows;
    return [y, mean, variance];
  },
  /** 2 dispatches: sums, result; of long tensors a third adds up the sums of blocks. */
  StrayBatchNormGradient: ({ dy, x, y, gamma, mean, variance }, attributes) => {
    const options = attributes as unknown as BatchNormAttributes;
    requireAlone(options);
    const { rows, columns } = rowsOf(x!);
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
    const size = rows * columns;
    run(GRADIENT, {
      writes: [dx],
      reads: [dy!, x!, y!, gamma!, terms],
      uniforms: { size, columns, relu },
      groups: elementGroups(size),
    });
    discard(terms);
    return [dx, dgamma, dbeta];
  },
};
