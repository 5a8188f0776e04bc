/**
 * How an operation of ours becomes part of tfjs.
 *
 * Each operation is a kernel with a name of its own (`Stray…`), registered for every backend: a
 * composition of tfjs operations, or, where a backend has one, a fused kernel. Gradients are registered
 * too; tfjs asks only for those that it needs. Models stay ordinary tfjs programs.
 */

import * as tf from "@tensorflow/tfjs-core";

/** What goes into a kernel, by name. */
export type KernelInputs = Readonly<Record<string, tf.Tensor>>;

/** A kernel: tensors and attributes to tensors. */
export type Kernel = (
  inputs: KernelInputs,
  attributes: Readonly<Record<string, unknown>>,
) => tf.TensorInfo | tf.TensorInfo[];

/** Kernels by name. */
export type KernelTable = Readonly<Record<string, Kernel>>;

/** Runs a kernel on the current backend. */
export function runKernel(
  name: string,
  inputs: Readonly<Record<string, tf.Tensor | undefined>>,
  attributes: Readonly<Record<string, unknown>> = {},
): tf.Tensor {
  return tf.engine().runKernel(
    name,
    given(inputs) as unknown as tf.NamedTensorMap,
    attributes as unknown as tf.NamedAttrMap,
  ) as tf.Tensor;
}

/** Runs a kernel that makes several tensors. */
export function runKernels(
  name: string,
  inputs: Readonly<Record<string, tf.Tensor | undefined>>,
  attributes: Readonly<Record<string, unknown>> = {},
): tf.Tensor[] {
  return runKernel(name, inputs, attributes) as unknown as tf.Tensor[];
}

function given(inputs: Readonly<Record<string, tf.Tensor | undefined>>): KernelInputs {
  const entries = Object.entries(inputs).filter(([, tensor]) => tensor !== undefined);
  return Object.fromEntries(entries) as KernelInputs;
}

/** Registers kernels for a backend; those that it has already stay. */
export function registerKernels(table: KernelTable, backendName: string): void {
  for (const [kernelName, kernel] of Object.entries(table)) {
    if (tf.getKernel(kernelName, backendName)) continue;
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs }) => kernel(inputs as unknown as KernelInputs, attrs ?? {}),
    });
  }
}
