/** The gradient behind a non-linearity with that of the bias, and column sums. */

import type * as tf from "@tensorflow/tfjs-core";
import type { KernelTable } from "../ops/_kernel.ts";
import { type Activation, ACTIVATIONS } from "../names.ts";
import { SLOPE } from "./activate.ts";
import { columnProgram, planColumns } from "./columns.ts";
import type { Program } from "./program.ts";
import { discard, output, run } from "./run.ts";

/** Sums of columns, whole or of blocks of rows. */
const SUMS = columnProgram({
  name: "column_sums",
  writes: ["sums"],
  reads: ["x"],
  uniforms: {},
  state: "f32",
  each: "state += x[i];",
  after: "sums[o] = total;",
});

/** dz = dy * slope, and its column sums, whole or of blocks of rows. */
const GRADIENT = columnProgram({
  name: "activation_gradient",
  writes: ["sums", "dz"],
  reads: ["dy", "y"],
  uniforms: { activation: "u32" },
  state: "f32",
  functions: SLOPE,
  each: `
      let g = dy[i] * slope(y[i]);
      dz[i] = g;
      state += g;`,
  after: "sums[o] = total;",
});

/** The programs. */
export const ACTIVATION_PROGRAMS: readonly Program[] = [SUMS, GRADIENT];

/** Rows and columns of a tensor: all axes but the last, and the last. */
export function rowsOf({ shape }: tf.TensorInfo): { rows: number; columns: number } {
  return { rows: shape.slice(0, -1).reduce((a, b) => a * b, 1), columns: shape.at(-1)! };
}

/**
 * Adds up the rows of `[rows, columns]` in one dispatch, in an order that depends on the shape alone.
 *
 * @param parts What to add up.
 * @param sums Where to, `columns` numbers in any shape.
 */
export function mergeRows(parts: tf.TensorInfo, sums: tf.TensorInfo): void {
  const { rows, columns } = rowsOf(parts);
  run(SUMS, { writes: [sums], reads: [parts], ...planColumns(rows, columns, 1) });
}

/** Runs a reduction to sums, in one dispatch or two. */
function reduceToSums(
  x: tf.TensorInfo,
  dispatch: (plan: ReturnType<typeof planColumns>, sums: tf.TensorInfo) => void,
): tf.TensorInfo {
  const { rows, columns } = rowsOf(x);
  const plan = planColumns(rows, columns);
  const sums = output([columns]);
  if (plan.blocks === 1) {
    dispatch(plan, sums);
    return sums;
  }
  const parts = output([plan.blocks, columns]);
  dispatch(plan, parts);
  mergeRows(parts, sums);
  discard(parts);
  return sums;
}

/** Kernels of the WebGPU backend. */
export const WEBGPU_ACTIVATION: KernelTable = {
  /** 1 dispatch: slope and sums; of long tensors a second merges the sums of blocks. */
  StrayActivationGradient: ({ dy, y }, { activation }) => {
    const dz = output(y!.shape);
    const number = ACTIVATIONS.indexOf(activation as Activation);
    const bias = reduceToSums(y!, ({ groups, uniforms }, sums) =>
      run(GRADIENT, {
        writes: [sums, dz],
        reads: [dy!, y!],
        uniforms: { ...uniforms, activation: number },
        groups,
      }));
    return [dz, bias];
  },
  /** 1 dispatch; of long tensors 2. */
  StrayColumnSums: ({ x }) =>
    reduceToSums(
      x!,
      ({ groups, uniforms }, sums) => run(SUMS, { writes: [sums], reads: [x!], uniforms, groups }),
    ),
};
