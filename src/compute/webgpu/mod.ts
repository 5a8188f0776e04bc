/**
 * Fused kernels of the WebGPU backend: one to three dispatches where tfjs takes dozens.
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
import { LOSS_PROGRAMS, WEBGPU_LOSSES } from "./losses.ts";
import { makeProductsRepeatable, WEBGPU_PRODUCTS } from "./products.ts";
import type { Program } from "./program.ts";
import { compilePrograms } from "./run.ts";
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
  ...UPSAMPLE_PROGRAMS,
];

const KERNELS: KernelTable = {
  ...WEBGPU_ACTIVATION,
  ...WEBGPU_ADAM,
  ...WEBGPU_BATCH_NORM,
  ...WEBGPU_CONVOLUTION,
  ...WEBGPU_GAUSSIAN,
  ...WEBGPU_KERNEL_GRADIENT,
  ...WEBGPU_LOSSES,
  ...WEBGPU_PRODUCTS,
  ...WEBGPU_UPSAMPLE,
};

/**
 * Compiles the programs for the current backend, WebGPU, and makes tfjs's products repeatable.
 *
 * Compiling at the start detects devices that refuse a program before work begins. A program in several
 * sizes is compiled in one (convolutions in the largest), the others at their first use.
 *
 * @returns The kernels.
 * @throws {StrayError} `backend` If the device refuses a program.
 */
export async function webgpuKernels(): Promise<KernelTable> {
  await compilePrograms(PROGRAMS);
  if (!tf.getKernel("StrayAdam", "webgpu")) makeProductsRepeatable();
  return KERNELS;
}
