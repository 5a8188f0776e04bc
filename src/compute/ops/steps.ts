/**
 * From a sequence in one tensor to its steps, and back.
 *
 * tfjs's wasm backend reads a whole tensor for every slice of it, which for the steps of a sequence took
 * longer than all else that a recurrent layer does.
 */

import * as tf from "@tensorflow/tfjs-core";
import { type KernelTable, runKernel, runKernels } from "./_kernel.ts";

/**
 * Takes a sequence apart.
 *
 * @param x `[time * batch, features]`, all of a step together.
 * @param time How many steps.
 * @returns `[batch, features]` of each step.
 */
export function splitSteps(x: tf.Tensor, time: number): tf.Tensor[] {
  return runKernels("StraySplitSteps", { x }, { time });
}

/**
 * Puts a sequence together.
 *
 * @param steps `[batch, features]` of each step.
 * @returns `[time * batch, features]`, all of a step together.
 */
export function joinSteps(steps: readonly tf.Tensor[]): tf.Tensor {
  const inputs = Object.fromEntries(steps.map((step, i) => [nameOf(i), step]));
  return runKernel("StrayJoinSteps", inputs, { time: steps.length });
}

function nameOf(step: number): string {
  return `step${step}`;
}

/** The same of tfjs operations. */
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

/** The gradient of taking apart. */
export const SPLIT_STEPS_GRADIENT: tf.GradConfig = {
  kernelName: "StraySplitSteps",
  gradFunc: (dys) => ({ x: () => joinSteps(dys as tf.Tensor[]) }),
};

/** The gradient of putting together. */
export const JOIN_STEPS_GRADIENT: tf.GradConfig = {
  kernelName: "StrayJoinSteps",
  gradFunc: (dy, _, attributes) => {
    const { time } = attributes as unknown as { time: number };
    const parts = splitSteps(dy as tf.Tensor, time);
    return Object.fromEntries(parts.map((part, i) => [nameOf(i), () => part]));
  },
};
