/** Running statistics: both of a layer in one dispatch. */

import type { KernelTable } from "../ops/_kernel.ts";
import type { BlendAttributes } from "../ops/running_statistics.ts";
import { defineProgram, elementGroups, forEachElement, type Program } from "./program.ts";
import { output, run } from "./run.ts";

/** `rest` is 1 - momentum, to the last bit. */
const BLEND = defineProgram({
  name: "blend_statistics",
  writes: ["meanAfter", "varianceAfter"],
  reads: ["runningMean", "runningVariance", "mean", "variance"],
  uniforms: { size: "u32", momentum: "f32", rest: "f32", correction: "f32" },
  code: forEachElement(`
    meanAfter[i] = runningMean[i] * u.rest + mean[i] * u.momentum;
    varianceAfter[i] = runningVariance[i] * u.rest + variance[i] * u.correction * u.momentum;`),
});

/** The programs. */
export const RUNNING_PROGRAMS: readonly Program[] = [BLEND];

/** Kernels of the WebGPU backend. */
export const WEBGPU_RUNNING: KernelTable = {
  /** 1 dispatch. */
  StrayBlendStatistics: ({ runningMean, runningVariance, mean, variance }, attributes) => {
    const { momentum, correction } = attributes as unknown as BlendAttributes;
    const { size, shape } = mean!;
    const after = [output(shape), output(shape)];
    run(BLEND, {
      writes: after,
      reads: [runningMean!, runningVariance!, mean!, variance!],
      uniforms: { size, momentum, rest: 1 - momentum, correction },
      groups: elementGroups(size),
    });
    return after;
  },
};
