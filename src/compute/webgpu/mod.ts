/**
 * Fused operations of the WebGPU backend: what takes tfjs dozens of dispatches takes these one to three.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { KernelTable } from "../ops/mod.ts";
import { ACTIVATION_PROGRAMS, WEBGPU_ACTIVATION } from "./activation.ts";
import { ADAM_PROGRAMS, WEBGPU_ADAM } from "./adam.ts";
import { WEBGPU_BATCH_NORM } from "./batch_norm.ts";
import { BATCH_NORM_PROGRAMS } from "./batch_norm_programs.ts";
import { CONVOLUTION_PROGRAMS, TRANSPOSE_PROGRAMS, WEBGPU_CONVOLUTION } from "./convolution.ts";
import { GAUSSIAN_PROGRAMS, WEBGPU_GAUSSIAN } from "./gaussian.ts";
import { KERNEL_GRADIENT_PROGRAMS, WEBGPU_KERNEL_GRADIENT } from "./kernel_gradient.ts";
import { WEBGPU_LAYERS } from "./layers.ts";
import { LOSS_PROGRAMS, WEBGPU_LOSSES } from "./losses.ts";
import { registerRepeatableProducts } from "./products.ts";
import type { Program } from "./program.ts";
import { compilePrograms } from "./run.ts";
import { RUNNING_PROGRAMS, WEBGPU_RUNNING } from "./running.ts";
import { UPSAMPLE_PROGRAMS, WEBGPU_UPSAMPLE } from "./upsample.ts";

const PROGRAMS: readonly Program[] = [
  ...ACTIVATION_PROGRAMS,
  ADAM_PROGRAMS[0]!,
  ...BATCH_NORM_PROGRAMS,
  CONVOLUTION_PROGRAMS[0]!,
  TRANSPOSE_PROGRAMS[0]!,
  ...GAUSSIAN_PROGRAMS,
  KERNEL_GRADIENT_PROGRAMS.at(-1)!,
  ...LOSS_PROGRAMS,
  ...RUNNING_PROGRAMS,
  ...UPSAMPLE_PROGRAMS,
];

const OPERATIONS: KernelTable = {
  ...WEBGPU_ACTIVATION,
  ...WEBGPU_ADAM,
  ...WEBGPU_BATCH_NORM,
  ...WEBGPU_CONVOLUTION,
  ...WEBGPU_GAUSSIAN,
  ...WEBGPU_KERNEL_GRADIENT,
  ...WEBGPU_LAYERS,
  ...WEBGPU_LOSSES,
  ...WEBGPU_RUNNING,
  ...WEBGPU_UPSAMPLE,
};

/**
 * Compiles the programs for the current backend, which is WebGPU, and makes tfjs's products repeatable.
 *
 * They are compiled at once and at the start, so that a device that refuses one is known before work
 * begins. Of programs in several sizes it is one (of convolutions the largest); a step compiles the others
 * that it needs.
 *
 * @returns The operations that they make.
 * @throws {StrayError} `backend` If the device refuses a program.
 */
export async function webgpuKernels(): Promise<KernelTable> {
  await compilePrograms(PROGRAMS);
  if (!tf.getKernel("StrayAdam", "webgpu")) registerRepeatableProducts();
  return OPERATIONS;
}
