/**
 * How an operation of ours becomes part of tfjs.
 *
 * Each operation is a kernel with a name of its own (`Stray…`), registered for every backend: a
 * composition of tfjs operations, or, where a backend has one, a fused kernel. Gradients are registered
 * too; tfjs asks only for those that it needs. Models stay ordinary tfjs programs.
 */

import * as tf from "@tensorflow/tfjs-core";
import { currentTape, type InputGradients } from "../tape.ts";

/** What goes into a kernel, by name. */
export type KernelInputs = Readonly<Record<string, tf.Tensor>>;

/** A kernel: tensors and attributes to tensors. */
export type Kernel = (
  inputs: KernelInputs,
  attributes: Readonly<Record<string, unknown>>,
) => tf.TensorInfo | tf.TensorInfo[];

/** Kernels by name. */
export type KernelTable = Readonly<Record<string, Kernel>>;

/** All kernels of ours, by the backend's name. */
const kernels = new Map<string, Record<string, Kernel>>();

/** Runs a kernel on the current backend. */
export function runKernel(
  name: string,
  inputs: Readonly<Record<string, tf.Tensor | undefined>>,
  attributes: Readonly<Record<string, unknown>> = {},
): tf.Tensor {
  return run(name, given(inputs), attributes) as tf.Tensor;
}

/** Runs a kernel that makes several tensors. */
export function runKernels(
  name: string,
  inputs: Readonly<Record<string, tf.Tensor | undefined>>,
  attributes: Readonly<Record<string, unknown>> = {},
): tf.Tensor[] {
  return run(name, given(inputs), attributes) as tf.Tensor[];
}

function run(
  name: string,
  inputs: KernelInputs,
  attributes: Readonly<Record<string, unknown>>,
): tf.Tensor | tf.Tensor[] {
  const tape = currentTape();
  if (!tape) return dispatch(name, inputs, attributes);
  // The plain kernels are made of operations of ours too, which are theirs alone.
  const output = tape.aside(() => dispatch(name, inputs, attributes));
  tape.record(
    inputs,
    Array.isArray(output) ? output : [output],
    (dys) => gradientOf(name, inputs, output, attributes, dys),
  );
  return output;
}

/** Runs a kernel: straight away, unless tfjs's tape wants to see it. */
function dispatch(
  name: string,
  inputs: KernelInputs,
  attributes: Readonly<Record<string, unknown>>,
): tf.Tensor | tf.Tensor[] {
  const engine = tf.engine();
  const kernel = kernels.get(engine.backendName)?.[name];
  if (!kernel || engine.state.gradientDepth > 0) {
    return engine.runKernel(
      name,
      inputs as unknown as tf.NamedTensorMap,
      attributes as unknown as tf.NamedAttrMap,
    );
  }
  const output = kernel(inputs, attributes);
  return Array.isArray(output) ? output.map(tensorOf) : tensorOf(output);
}

function tensorOf(info: tf.TensorInfo): tf.Tensor {
  return info instanceof tf.Tensor ? info : tf.engine().makeTensorFromTensorInfo(info);
}

/** The gradient that is registered with tfjs. */
function gradientOf(
  name: string,
  inputs: KernelInputs,
  output: tf.Tensor | tf.Tensor[],
  attributes: Readonly<Record<string, unknown>>,
  dys: readonly (tf.Tensor | undefined)[],
): InputGradients {
  const { inputsToSave = [], outputsToSave = [], gradFunc } = tf.getGradient(name);
  const outputs = Array.isArray(output) ? output : [output];
  const saved = [
    ...inputsToSave.map((input) => inputs[input]!),
    ...outputs.filter((_, i) => outputsToSave[i]),
  ];
  return gradFunc(
    Array.isArray(output) ? dys as tf.Tensor[] : dys[0]!,
    saved,
    attributes as unknown as tf.NamedAttrMap,
  );
}

function given(inputs: Readonly<Record<string, tf.Tensor | undefined>>): KernelInputs {
  const tensors: Record<string, tf.Tensor> = {};
  for (const name in inputs) {
    const tensor = inputs[name];
    if (tensor) tensors[name] = tensor;
  }
  return tensors;
}

/** Registers kernels for a backend; those that it has already stay. */
export function registerKernels(table: KernelTable, backendName: string): void {
  const own = kernels.get(backendName) ?? {};
  kernels.set(backendName, own);
  for (const [kernelName, kernel] of Object.entries(table)) {
    if (tf.getKernel(kernelName, backendName)) continue;
    own[kernelName] = kernel;
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs }) => kernel(inputs as unknown as KernelInputs, attrs ?? {}),
    });
  }
}
