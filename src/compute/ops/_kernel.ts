/**
 * Registers our operations with tfjs.
 *
 * Each operation is a kernel named `Stray…`, registered for every backend: a fused kernel if the backend
 * has one, else a composition of tfjs operations. Gradients are registered too, and computed on demand.
 * Models remain ordinary tfjs programs.
 */

import * as tf from "@tensorflow/tfjs-core";
import { currentTape, type InputGradients } from "../tape.ts";

/** A kernel's inputs, by name. */
export type KernelInputs = Readonly<Record<string, tf.Tensor>>;

/** The shape of images: batch, height, width, channels. */
export type Shape4 = [number, number, number, number];

/** Computes tensors from tensors and attributes. */
export type Kernel = (
  inputs: KernelInputs,
  attributes: Readonly<Record<string, unknown>>,
) => tf.TensorInfo | tf.TensorInfo[];

/** Kernels by name. */
export type KernelTable = Readonly<Record<string, Kernel>>;

/** All our kernels, by the backend's name. */
const kernels = new Map<string, Record<string, Kernel>>();

/** Runs a kernel on the current backend. */
export function runKernel(
  name: string,
  inputs: Readonly<Record<string, tf.Tensor | undefined>>,
  attributes: Readonly<Record<string, unknown>> = {},
): tf.Tensor {
  return run(name, given(inputs), attributes) as tf.Tensor;
}

/** Runs a kernel with several outputs. */
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
  // Operations within a composed kernel stay off the tape.
  const output = tape.aside(() => dispatch(name, inputs, attributes));
  tape.record(
    inputs,
    Array.isArray(output) ? output : [output],
    (dys) => gradientOf(name, inputs, output, attributes, dys),
  );
  return output;
}

/** Runs a kernel directly, or through tfjs's engine while its tape records. */
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

/** Applies the gradient registered with tfjs. */
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

/** Registers kernels for a backend; existing ones stay. */
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

/** The number of rows and channels of a tensor: all axes but the last, and the last. */
export function rowsOf({ shape }: tf.TensorInfo): { rows: number; channels: number } {
  const channels = shape.at(-1)!;
  return { rows: tf.util.sizeFromShape(shape) / channels, channels };
}
