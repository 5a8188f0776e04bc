/**
 * Splits a sequence in one tensor into its steps, and joins them.
 *
 * tfjs's wasm backend reads the whole tensor per slice, which took longer than all other work of a
 * recurrent layer.
 */

import * as tf from "@tensorflow/tfjs-core";
import { type KernelTable, runKernel, runKernels } from "./_kernel.ts";

/**
 * Splits a sequence.
 *
 * @param x `[time * batch, features]`, step by step.
 * @param time Number of steps.
 * @returns `[batch, features]` per step.
 */
export function splitSteps(x: tf.Tensor, time: number): tf.Tensor[] {
  return runKernels("StraySplitSteps", { x }, { time });
}

/**
 * Joins a sequence.
 *
 * @param steps `[batch, features]` per step.
 * @returns `[time * batch, features]`, step by step.
 */
export function joinSteps(steps: readonly tf.Tensor[]): tf.Tensor {
  const inputs = Object.fromEntries(steps.map((step, i) => [nameOf(i), step]));
  return runKernel("StrayJoinSteps", inputs, { time: steps.length });
}

function nameOf(step: number): string {
  return `step${step}`;
}

/** Compositions of tfjs operations. */
export const PLAIN_STEPS: KernelTable = {
  StraySplitSteps: ({ x }, { time }) => {
    const [rows, features] = x!.shape as [number, number], batch = rows / (time as number);
    return Array.from(
      { length: time as number },
      (_, i) => tf.slice(x!, [i * batch, 0], [batch, features]),
    );
  },
  StrayJoinSteps: (steps) => tf.concat(Object.values(steps), 0),
};

/** The gradient of splitting. */
export const SPLIT_STEPS_GRADIENT: tf.GradConfig = {
  kernelName: "StraySplitSteps",
  gradFunc: (dys) => ({ x: () => joinSteps(dys as tf.Tensor[]) }),
};

/** The gradient of joining. */
export const JOIN_STEPS_GRADIENT: tf.GradConfig = {
  kernelName: "StrayJoinSteps",
  gradFunc: (dy, _, attributes) => {
    const { time } = attributes as unknown as { time: number };
    const parts = splitSteps(dy as tf.Tensor, time);
    return Object.fromEntries(parts.map((part, i) => [nameOf(i), () => part]));
  },
};
