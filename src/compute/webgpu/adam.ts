/** A step of Adam: one dispatch a variable. */

import * as tf from "@tensorflow/tfjs-core";
import { type KernelTable, runKernels } from "../ops/_kernel.ts";
import type { AdamStep } from "../adam.ts";
import { defineProgram, elementGroups, forEachElement, type Program } from "./program.ts";
import { output, run } from "./run.ts";

/** Weight and moments after a step. `fresh1` is 1 - beta1, to the last bit. */
const ADAM = defineProgram({
  name: "adam",
  writes: ["weightAfter", "meanAfter", "varianceAfter"],
  reads: ["weight", "gradient", "mean", "variance"],
  uniforms: {
    size: "u32",
    beta1: "f32",
    fresh1: "f32",
    beta2: "f32",
    fresh2: "f32",
    step: "f32",
    epsilon: "f32",
  },
  code: forEachElement(`
    let g = gradient[i];
    let m = u.beta1 * mean[i] + u.fresh1 * g;
    let v = u.beta2 * variance[i] + u.fresh2 * (g * g);
    meanAfter[i] = m;
    varianceAfter[i] = v;
    weightAfter[i] = weight[i] - u.step * m / (sqrt(v) + u.epsilon);`),
});

/** The programs. */
export const ADAM_PROGRAMS: readonly Program[] = [ADAM];

/** Kernels of the WebGPU backend. */
export const WEBGPU_ADAM: KernelTable = {
  /** 1 dispatch. */
  StrayAdam: ({ weight, gradient, mean, variance }, attributes) => {
    const { beta1, beta2, step, epsilon } = attributes as unknown as AdamStep;
    const after = [weight!, mean!, variance!].map(({ shape }) => output(shape));
    const { size } = weight!;
    run(ADAM, {
      writes: after,
      reads: [weight!, gradient!, mean!, variance!],
      uniforms: { size, beta1, fresh1: 1 - beta1, beta2, fresh2: 1 - beta2, step, epsilon },
      groups: elementGroups(size),
    });
    return after;
  },
};

/**
 * Moves a variable and its moments.
 *
 * They get new buffers, which tfjs recycles from step to step: a buffer that a read or another tensor
 * still shares is never written to.
 *
 * @param weight The variable.
 * @param gradient Its gradient.
 * @param mean Mean of gradients.
 * @param variance Mean of squared gradients.
 * @param step The step's constants.
 */
export function webgpuAdam(
  weight: tf.Variable,
  gradient: tf.Tensor,
  mean: tf.Variable,
  variance: tf.Variable,
  step: AdamStep,
): void {
  tf.tidy(() => {
    const after = runKernels("StrayAdam", { weight, gradient, mean, variance }, { ...step });
    [weight, mean, variance].forEach((variable, i) => variable.assign(after[i]!));
  });
}
