/** A step of Adam: one dispatch for as many variables as the device can bind. */

import * as tf from "@tensorflow/tfjs-core";
import { type KernelTable, runKernels } from "../ops/_kernel.ts";
import type { AdamStep, AdamVariable } from "../adam_step.ts";
import { defineProgram, forEachElement, type Program } from "./program.ts";
import { mostArrays, output, run } from "./run.ts";

/** Maximum number of variables per dispatch. */
const MOST = 4;
/** Arrays per variable. */
const ARRAYS = 7;

function numbered(names: readonly string[], count: number): string[] {
  return Array.from({ length: count }, (_, i) => names.map((name) => `${name}${i}`)).flat();
}

/** Weights and moments after a step. `fresh1` is 1 - beta1 to the last bit. */
function adamProgram(count: number): Program {
  const all = Array.from({ length: count }, (_, i) => i);
  return defineProgram({
    name: `adam_${count}`,
    writes: numbered(["weightAfter", "meanAfter", "varianceAfter"], count),
    reads: numbered(["weight", "gradient", "mean", "variance"], count),
    uniforms: {
      size: "u32",
      beta1: "f32",
      fresh1: "f32",
      beta2: "f32",
      fresh2: "f32",
      step: "f32",
      epsilon: "f32",
      penalty: "f32",
      kept: "f32",
      ...Object.fromEntries(all.map((i) => [`end${i}`, "u32" as const])),
    },
    // Threads are numbered through all variables.
    code: forEachElement(
      all.map((v) =>
        `if (i < u.end${v}) {
      let j = i - ${v === 0 ? "0u" : `u.end${v - 1}`};
      let w = weight${v}[j];
      let g = gradient${v}[j] + u.penalty * w;
      let m = u.beta1 * mean${v}[j] + u.fresh1 * g;
      let v = u.beta2 * variance${v}[j] + u.fresh2 * (g * g);
      meanAfter${v}[j] = m;
      varianceAfter${v}[j] = v;
      weightAfter${v}[j] = u.kept * w - u.step * m / (sqrt(v) + u.epsilon);
    }`
      ).join(" else "),
    ),
  });
}

const PROGRAMS = Array.from({ length: MOST }, (_, i) => adamProgram(i + 1));

/** The programs, for one variable and up. */
export const ADAM_PROGRAMS: readonly Program[] = PROGRAMS;

/** Kernels of the WebGPU backend. */
export const WEBGPU_ADAM: KernelTable = {
  /** 1 dispatch: from `weight0`, `gradient0` … to weight, mean and variance of each variable in turn. */
  StrayAdam: (inputs, attributes) => {
    const { beta1, beta2, count, ...rest } = attributes as unknown as AdamStep & {
      count: number;
    };
    const program = PROGRAMS[count - 1]!;
    const weights = numbered(["weight"], count).map((name) => inputs[name]!);
    const after = weights.flatMap(({ shape }) => [output(shape), output(shape), output(shape)]);
    let size = 0;
    const ends = weights.map((weight, i) => [`end${i}`, size += weight.size] as const);
    run(program, {
      writes: after,
      reads: program.reads.map((name) => inputs[name]!),
      uniforms: {
        size,
        beta1,
        fresh1: 1 - beta1,
        beta2,
        fresh2: 1 - beta2,
        ...rest,
        ...Object.fromEntries(ends),
      },
    });
    return after;
  },
};

/**
 * Updates variables and their moments.
 *
 * They receive new buffers, which tfjs recycles from step to step, so that no buffer shared by a pending
 * read or another tensor is overwritten.
 *
 * @param all The variables.
 * @param step The step's constants.
 */
export function webgpuAdam(all: readonly AdamVariable[], step: AdamStep): void {
  const most = Math.max(1, Math.min(MOST, Math.floor(mostArrays() / ARRAYS)));
  for (let start = 0; start < all.length; start += most) {
    const some = all.slice(start, start + most);
    const inputs = some.flatMap((variable, i) =>
      Object.entries(variable).map(([name, tensor]) => [`${name}${i}`, tensor] as const)
    );
    tf.tidy(() => {
      const after = runKernels("StrayAdam", Object.fromEntries(inputs), {
        ...step,
        count: some.length,
      });
      some.forEach(({ weight, mean, variance }, i) => {
        weight.assign(after[3 * i]!);
        mean.assign(after[3 * i + 1]!);
        variance.assign(after[3 * i + 2]!);
      });
    });
  }
}
