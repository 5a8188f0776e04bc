/** Gradients of a non-linearity and a bias, and column sums. */

import type * as tf from "@tensorflow/tfjs-core";
import { type KernelTable, rowsOf } from "../ops/_kernel.ts";
import { type Activation, ACTIVATIONS } from "../names.ts";
import { DERIVATIVE } from "./activate.ts";
import { columnProgram, planColumns } from "./columns.ts";
import type { Program } from "./program.ts";
import { discard, output, run } from "./run.ts";

/** Sums of columns, over all rows or per block of rows. */
const SUMS = columnProgram({
  name: "column_sums",
  writes: ["sums"],
  reads: ["x"],
  uniforms: {},
  state: "f32",
  each: "state += x[i];",
  after: "sums[o] = total;",
});

/** dz = dy * derivative, and its column sums, over all rows or per block of rows. */
const GRADIENT = columnProgram({
  name: "activation_gradient",
  writes: ["sums", "dz"],
  reads: ["dy", "y"],
  uniforms: { activation: "u32" },
  state: "f32",
  functions: DERIVATIVE,
  each: `
      let g = dy[i] * derivative(y[i]);
      dz[i] = g;
      state += g;`,
  after: "sums[o] = total;",
});

/** All programs. */
export const ACTIVATION_PROGRAMS: readonly Program[] = [SUMS, GRADIENT];

/**
 * Sums the rows of `[rows, columns]` in one dispatch, in an order that depends on the shape alone.
 *
 * @param parts The rows.
 * @param sums Receives `columns` numbers, in any shape.
 */
export function mergeRows(parts: tf.TensorInfo, sums: tf.TensorInfo): void {
  const { rows, channels: columns } = rowsOf(parts);
  run(SUMS, { writes: [sums], reads: [parts], ...planColumns(rows, columns, 1) });
}

/** Runs a reduction to column sums, in one dispatch or two. */
function reduceToSums(
  x: tf.TensorInfo,
  dispatch: (plan: ReturnType<typeof planColumns>, sums: tf.TensorInfo) => void,
): tf.TensorInfo {
  const { rows, channels: columns } = rowsOf(x);
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
  /** 1 dispatch; for long tensors a second merges the sums of blocks. */
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
  /** 1 dispatch; for long tensors 2. */
  StrayColumnSums: ({ x }) =>
    reduceToSums(
      x!,
      ({ groups, uniforms }, sums) => run(SUMS, { writes: [sums], reads: [x!], uniforms, groups }),
    ),
};
