/** The backends that tensors live on: WebGPU, WebAssembly, plain JavaScript. */

import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { StrayError } from "../errors.ts";
import { type KernelTable, registerOperations } from "./ops/mod.ts";

/** A backend's name. */
export type BackendName = "webgpu" | "wasm" | "cpu";

/** The backends, fastest first. */
export const BACKEND_NAMES: readonly BackendName[] = ["webgpu", "wasm", "cpu"];

/** What a backend is, and why it was chosen. */
export interface Backend {
  /** Which it is. */
  readonly name: BackendName;
  /** The device behind it, in words: a GPU's name, or the processor. */
  readonly device: string;
  /** Why it was chosen, in words. */
  readonly reason: string;
  /** Whether a WebGPU adapter is a program on the processor (llvmpipe, SwiftShader). */
  readonly software: boolean;
}

/** The WebGPU adapter, or a word on why there is none. */
async function findAdapter(): Promise<GPUAdapter | string> {
  if (!("gpu" in navigator)) return "this Deno has no WebGPU";
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: "high-performance" });
  return adapter ?? "there is no WebGPU adapter";
}

/** Brings up tfjs on an adapter that we asked for ourselves, with a flat list of features. */
async function openWebGpu(adapter: GPUAdapter): Promise<void> {
  const { WebGPUBackend } = await import("@tensorflow/tfjs-backend-webgpu");
  const wanted: GPUFeatureName[] = ["timestamp-query", "bgra8unorm-storage"];
  const limits = adapter.limits;
  const device = await adapter.requestDevice({
    requiredFeatures: wanted.filter((feature) => adapter.features.has(feature)),
    requiredLimits: {
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxBufferSize: limits.maxBufferSize,
      maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
      maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
      maxStorageBuffersPerShaderStage: Math.min(28, limits.maxStorageBuffersPerShaderStage),
    },
  });
  // tfjs's own entry asks for nested features, which strict WebIDL refuses: take its place.
  tf.removeBackend("webgpu");
  tf.registerBackend("webgpu", () => new WebGPUBackend(device, adapter.info));
  // Small tensors would silently run on the CPU: a backend that is asked for is used.
  tf.env().set("WEBGPU_CPU_FORWARD", false);
}

// tfjs greets users of Node with an advert for a native package, on stderr.
tf.env().set("PROD", true);

/** Brings up tfjs's wasm backend with the kernels of ours. */
async function openWasm(): Promise<void> {
  await import("@tensorflow/tfjs-backend-wasm");
  await tf.setBackend("wasm");
  const [{ registerWasmKernels }, { refuseWithoutMemory }] = await Promise.all([
    import("./wasm/replace.ts"),
    import("./wasm/memory.ts"),
  ]);
  refuseWithoutMemory(tf.backend() as BackendWasm);
  registerWasmKernels();
}

/** The operations that the wasm backend has fused kernels for. */
async function wasmOperations(): Promise<KernelTable> {
  const [norm, elementwise, layers, losses] = await Promise.all([
    import("./wasm/batch_norm.ts"),
    import("./wasm/elementwise.ts"),
    import("./wasm/layers.ts"),
    import("./wasm/losses.ts"),
  ]);
  return {
    ...norm.WASM_BATCH_NORM,
    ...elementwise.WASM_ELEMENTWISE,
    ...layers.WASM_LAYERS,
    ...losses.WASM_LOSSES,
  };
}

/** The fused operations of a backend, which is the current one. */
async function fusedOperations(name: BackendName): Promise<KernelTable> {
  if (name === "wasm") return await wasmOperations();
  if (name === "cpu") return {};
  const { webgpuOperations } = await import("./webgpu/mod.ts");
  return await webgpuOperations();
}

/** Makes a backend the current one. */
async function activate(name: BackendName, adapter: GPUAdapter | string): Promise<void> {
  if (tf.getBackend() === name) return;
  try {
    if (name === "webgpu") {
      if (typeof adapter === "string") throw new Error(adapter);
      if (!tf.engine().registryFactory["webgpu"]) await openWebGpu(adapter);
    } else if (name === "wasm") await openWasm();
    else await import("@tensorflow/tfjs-backend-cpu");
    if (!await tf.setBackend(name)) throw new Error("tfjs refused it");
    registerOperations(name, await fusedOperations(name));
  } catch (cause) {
    throw new StrayError("backend", `Cannot use the backend "${name}" as ${reason(cause)}`, {
      hint: name === "webgpu"
        ? "use --backend wasm, or install a Vulkan driver (Debian: mesa-vulkan-drivers libvulkan1)"
        : "use --backend cpu, and see `doctor`",
      cause,
    });
  }
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function describeAdapter(adapter: GPUAdapter): string {
  const { description, vendor } = adapter.info;
  return description || vendor || "an unnamed adapter";
}

/**
 * Brings up a backend and makes it the current one of this thread.
 *
 * `auto` takes WebGPU where there is a hardware adapter, else WebAssembly. A software adapter is
 * used only when `webgpu` is asked for by name: it is correct, and slower than WebAssembly.
 *
 * @param wanted The backend, or `auto`. @default {"auto"}
 * @returns What really came up, and why.
 * @throws {StrayError} `backend` If the one asked for cannot be had.
 */
export async function openBackend(wanted: BackendName | "auto" = "auto"): Promise<Backend> {
  const asked = "it was asked for";
  const processor = `${navigator.hardwareConcurrency} cores`;
  if (wanted === "cpu" || wanted === "wasm") {
    await activate(wanted, "");
    return { name: wanted, device: processor, reason: asked, software: false };
  }
  const adapter = await findAdapter();
  const software = typeof adapter !== "string" && adapter.info.isFallbackAdapter;
  if (wanted === "webgpu" || (typeof adapter !== "string" && !software)) {
    await activate("webgpu", adapter);
    return {
      name: "webgpu",
      device: typeof adapter === "string" ? adapter : describeAdapter(adapter),
      reason: wanted === "webgpu" ? asked : "there is a hardware WebGPU adapter",
      software,
    };
  }
  await activate("wasm", "");
  const why = typeof adapter === "string"
    ? adapter
    : `the only WebGPU adapter is software (${describeAdapter(adapter)})`;
  return { name: "wasm", device: processor, reason: why, software: false };
}
