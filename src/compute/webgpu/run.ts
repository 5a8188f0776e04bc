/**
 * Compiling and running programs of ours on tfjs's WebGPU backend.
 *
 * A program runs through tfjs's `runWebGPUProgram`, which uploads, binds, queues and times it as any of
 * its own. Two habits of that function make room for shaders of ours: it compiles only what its
 * pipeline cache lacks, so pipelines are put there before; and for programs on pixels it takes the
 * key as it is and passes the uniforms of the program with one number before them.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { StrayError } from "../../errors.ts";
import type { Program } from "./program.ts";

/** The parts of the backend that tfjs types as private. */
interface Internals {
  readonly device: GPUDevice;
  readonly pipelineCache: Record<string, GPUComputePipeline>;
}

/** What a run is given. */
export interface RunOptions {
  /** Tensors to write, in the program's order: made by {@linkcode output}. */
  readonly writes: readonly tf.TensorInfo[];
  /** Tensors to read, in the program's order. */
  readonly reads: readonly tf.TensorInfo[];
  /** A number a uniform. */
  readonly uniforms: Readonly<Record<string, number>>;
  /** Workgroups along x and y. */
  readonly groups: readonly [number, number];
}

/** tfjs's number for a program that makes a tensor from pixels. */
const FROM_PIXELS = 0;

const FLOAT_BYTES = 4;

function currentBackend(): WebGPUBackend {
  return tf.backend() as WebGPUBackend;
}

function keyOf(program: Program): string {
  return `stray ${program.name}`;
}

/** The layout of a program's bindings; not derived from the shader, which may leave some unused. */
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
    const said = messages.find(({ type }) => type === "error")?.message ?? String(cause);
    throw new StrayError(
      "backend",
      `Cannot compile the WebGPU program "${program.name}" as the device refuses it: ${
        firstLine(said)
      }`,
      { hint: "use --backend wasm", cause },
    );
  }
}

function firstLine(text: string): string {
  return text.split("\n").map((line) => line.trim()).find((line) =>
    line !== "" && line !== "error"
  ) ??
    text;
}

/**
 * Compiles programs for the current backend, all at once; those that it has already stay.
 *
 * @param programs The programs.
 * @throws {StrayError} `backend` If the device refuses one.
 */
export async function compilePrograms(programs: readonly Program[]): Promise<void> {
  const backend = currentBackend();
  const { pipelineCache } = backend as unknown as Internals;
  const missing = programs.filter((program) => !(keyOf(program) in pipelineCache));
  // Without a scope the device would tell its "uncaptured error" listeners too.
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
 * Compiles a program at its first use, as tfjs does its own, without a word on whether the device takes
 * it: for the sizes of a program of which one was compiled beforehand.
 */
function compileNow(program: Program): void {
  const { device, pipelineCache } = currentBackend() as unknown as Internals;
  pipelineCache[keyOf(program)] ??= device.createComputePipeline(describe(device, program));
}

/** Storage buffers that the current device can bind at once. */
export function mostArrays(): number {
  return currentBackend().device.limits.maxStorageBuffersPerShaderStage;
}

/** A new tensor of the current backend, of no values yet. */
export function output(shape: readonly number[]): tf.TensorInfo {
  return currentBackend().makeTensorInfo([...shape], "float32");
}

/** Frees tensors that {@linkcode output} made and nobody else knows. */
export function discard(...tensors: readonly tf.TensorInfo[]): void {
  for (const { dataId } of tensors) currentBackend().disposeData(dataId);
}

/** A tensor as a row of numbers: the same buffer. */
function flat({ dataId, shape, dtype }: tf.TensorInfo, name: string, limit: number): tf.TensorInfo {
  const size = tf.util.sizeFromShape(shape);
  if (size * FLOAT_BYTES > limit) {
    throw new StrayError(
      "backend",
      `Cannot run "${name}" as a tensor on this WebGPU device must be at most ${limit} bytes: current value is ${
        size * FLOAT_BYTES
      }`,
      { hint: "lower --batch, or use --backend wasm" },
    );
  }
  return { dataId, shape: [size], dtype };
}

/**
 * Runs a program: one dispatch.
 *
 * @param program Compiled by {@linkcode compilePrograms}, or else now.
 * @param options What it is given.
 * @throws {StrayError} `backend` If a tensor is larger than the device can bind.
 */
export function run(program: Program, { writes, reads, uniforms, groups }: RunOptions): void {
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
