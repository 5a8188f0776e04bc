/**
 * Compiles and runs our programs on tfjs's WebGPU backend.
 *
 * tfjs's `runWebGPUProgram` uploads, binds, queues and times our programs like its own, by two of its
 * properties: it compiles only programs missing from its pipeline cache, so ours are added there first;
 * and for programs on pixels it takes the key unchanged and passes uniforms after one number.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { StrayError } from "../../errors.ts";
import { defaultGroups, type Program } from "./program.ts";

/** Members of the backend that tfjs declares private. */
interface Internals {
  readonly device: GPUDevice;
  readonly pipelineCache: Record<string, GPUComputePipeline>;
}

/** Arguments of a run. */
interface RunOptions {
  /** Tensors to write, in the program's order, created by {@linkcode output}. */
  readonly writes: readonly tf.TensorInfo[];
  /** Tensors to read, in the program's order. */
  readonly reads: readonly tf.TensorInfo[];
  /** A number per uniform. */
  readonly uniforms: Readonly<Record<string, number>>;
  /** Workgroups along x and y. @default {one per image, or for all elements} */
  readonly groups?: readonly [number, number];
}

/** tfjs's code for a program that creates a tensor from pixels. */
const FROM_PIXELS = 0;

const FLOAT_BYTES = 4;

function currentBackend(): WebGPUBackend {
  return tf.backend() as WebGPUBackend;
}

function keyOf(program: Program): string {
  return `stray ${program.name}`;
}

/** The layout of a program's bindings, explicit because the shader may not use all. */
function layoutOf(device: GPUDevice, { writes, reads }: Program): GPUPipelineLayout {
  const types: GPUBufferBindingType[] = [
    ...writes.map(() => "storage" as const),
    ...reads.map(() => "read-only-storage" as const),
    "uniform",
  ];
  const entries = types.map((type, binding) => ({
    binding,
    visibility: GPUShaderStage.COMPUTE,
    buffer: { type },
  }));
  return device.createPipelineLayout({
    bindGroupLayouts: [device.createBindGroupLayout({ entries })],
  });
}

function describe(
  device: GPUDevice,
  program: Program,
): GPUComputePipelineDescriptor & { compute: GPUProgrammableStage } {
  const label = keyOf(program);
  const module = device.createShaderModule({ label, code: program.wgsl });
  return { label, layout: layoutOf(device, program), compute: { module, entryPoint: "main" } };
}

async function compile(device: GPUDevice, program: Program): Promise<GPUComputePipeline> {
  const description = describe(device, program), { module } = description.compute;
  try {
    return await device.createComputePipelineAsync(description);
  } catch (cause) {
    const { messages } = await module.getCompilationInfo();
    const reported = messages.find(({ type }) => type === "error")?.message ?? String(cause);
    throw new StrayError(
      "backend",
      `Cannot compile the WebGPU program "${program.name}" as the device refuses it: ${
        firstLine(reported)
      }`,
      { hint: "use --backend wasm", cause },
    );
  }
}

function firstLine(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  return lines.find((line) => line !== "" && line !== "error") ?? text;
}

/**
 * Compiles programs for the current backend concurrently, unless compiled already.
 *
 * @param programs The programs.
 * @throws {StrayError} `backend` If the device refuses one.
 */
export async function compilePrograms(programs: readonly Program[]): Promise<void> {
  const backend = currentBackend();
  const { pipelineCache } = backend as unknown as Internals;
  const missing = programs.filter((program) => !(keyOf(program) in pipelineCache));
  // Without a scope, errors would also reach "uncaptured error" listeners.
  backend.device.pushErrorScope("validation");
  const compiled = Promise.allSettled(missing.map((program) => compile(backend.device, program)));
  const scope = backend.device.popErrorScope();
  const results = await compiled;
  await scope;
  results.forEach((result, i) => {
    if (result.status === "rejected") throw result.reason;
    pipelineCache[keyOf(missing[i]!)] = result.value;
  });
}

/**
 * Compiles a program at its first use, as tfjs does, without reporting refusal by the device: for further
 * sizes of a program compiled at the start.
 */
function compileNow(program: Program): void {
  const { device, pipelineCache } = currentBackend() as unknown as Internals;
  pipelineCache[keyOf(program)] ??= device.createComputePipeline(describe(device, program));
}

/** Maximum number of storage buffers that the current device can bind. */
export function mostArrays(): number {
  return currentBackend().device.limits.maxStorageBuffersPerShaderStage;
}

/** A new tensor on the current backend, without values yet. */
export function output(shape: readonly number[]): tf.TensorInfo {
  return currentBackend().makeTensorInfo([...shape], "float32");
}

/** Frees tensors that {@linkcode output} created and nothing else references. */
export function discard(...tensors: readonly tf.TensorInfo[]): void {
  for (const { dataId } of tensors) currentBackend().disposeData(dataId);
}

/** A tensor as a vector on the same buffer. */
function flat({ dataId, shape, dtype }: tf.TensorInfo, name: string, limit: number): tf.TensorInfo {
  const size = tf.util.sizeFromShape(shape);
  if (size * FLOAT_BYTES > limit) {
    throw new StrayError(
      "backend",
      `Cannot run "${name}" as a tensor on this WebGPU device must be at most ${limit} bytes: ` +
        `current value is ${size * FLOAT_BYTES}`,
      { hint: "lower --batch, or use --backend wasm" },
    );
  }
  return { dataId, shape: [size], dtype };
}

/**
 * Runs a program in one dispatch.
 *
 * @param program The program, compiled now unless {@linkcode compilePrograms} has done so.
 * @param options Tensors, uniforms and workgroups.
 * @throws {StrayError} `backend` If a tensor is larger than the device can bind.
 */
export function run(
  program: Program,
  { writes, reads, uniforms, groups = defaultGroups(uniforms) }: RunOptions,
): void {
  compileNow(program);
  const backend = currentBackend();
  const limit = backend.device.limits.maxStorageBufferBindingSize;
  const [first, ...others] = [...writes, ...reads].map((t) => flat(t, program.name, limit));
  const values = Object.entries(program.uniforms).map(([key, type]) => ({
    type: type === "u32" ? "uint32" : "float32",
    data: [uniforms[key]!],
  }));
  backend.runWebGPUProgram(
    {
      shaderKey: keyOf(program),
      pixelsOpType: FROM_PIXELS,
      outputShape: first!.shape,
      variableNames: [],
      dispatch: [groups[0], groups[1], 1],
      dispatchLayout: { x: [0], y: [0] },
      workgroupSize: [1, 1, 1],
      getUserCode: () => program.wgsl,
    },
    others,
    "float32",
    values,
    first!,
  );
}
