/** The backends: WebGPU, WebAssembly, plain JavaScript. */

import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { StrayError } from "../errors.ts";
import { requestAdapter } from "./_adapter.ts";
import { type KernelTable, registerOperations } from "./ops/mod.ts";

/** The name of a backend. */
export type BackendName = "webgpu" | "wasm" | "cpu";

/** The backends, fastest first. */
export const BACKEND_NAMES: readonly BackendName[] = ["webgpu", "wasm", "cpu"];

/** A backend in use, and the reason for its choice. */
export interface Backend {
  /** Its name. */
  readonly name: BackendName;
  /** The device: the name of a GPU, or the number of cores. */
  readonly device: string;
  /** Reason for the choice, as a clause. */
  readonly reason: string;
  /** Whether a WebGPU adapter runs on the processor (llvmpipe, SwiftShader). */
  readonly software: boolean;
}

/** Starts tfjs on an adapter of ours, with a flat list of features. */
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
  // tfjs's own factory requests nested features, which strict WebIDL rejects.
  tf.removeBackend("webgpu");
  tf.registerBackend("webgpu", () => new WebGPUBackend(device, adapter.info));
  // Keep small tensors on the device: tfjs would run them on the CPU.
  tf.env().set("WEBGPU_CPU_FORWARD", false);
}

// Suppresses tfjs's advert for a native package on stderr.
tf.env().set("PROD", true);

/** Starts tfjs's wasm backend with our kernels. */
async function openWasm(): Promise<void> {
  await (await import("./wasm/start_tfjs.ts")).startTfjsWasm();
  const [{ registerWasmKernels }, { manageMemory }] = await Promise.all([
    import("./wasm/replace.ts"),
    import("./wasm/memory.ts"),
  ]);
  manageMemory(tf.backend() as BackendWasm);
  registerWasmKernels();
}

/** The fused kernels of the current backend. */
async function fusedKernels(name: BackendName): Promise<KernelTable> {
  if (name === "cpu") return {};
  if (name === "webgpu") return await (await import("./webgpu/mod.ts")).webgpuKernels();
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

/** Makes a backend current. */
async function activateNow(name: BackendName, adapter: GPUAdapter | string): Promise<void> {
  if (tf.getBackend() === name) return;
  try {
    if (name === "webgpu") {
      if (typeof adapter === "string") throw new Error(adapter);
      if (!tf.engine().registryFactory["webgpu"]) await openWebGpu(adapter);
    } else if (name === "wasm") await openWasm();
    else await import("@tensorflow/tfjs-backend-cpu");
    if (!await tf.setBackend(name)) throw new Error("tfjs refused it");
    registerOperations(name, await fusedKernels(name));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StrayError("backend", `Cannot use the backend "${name}" as ${reason}`, {
      hint: name === "webgpu"
        ? "use --backend wasm, or install a Vulkan driver (Debian: mesa-vulkan-drivers libvulkan1)"
        : "use --backend cpu, and see `doctor`",
      cause,
    });
  }
}

/** The last activation. tfjs starts a backend twice, and loses its tensors, if two callers start it. */
let lastActivation: Promise<void> = Promise.resolve();

/** Makes a backend current, after all earlier calls. */
function activate(name: BackendName, adapter: GPUAdapter | string): Promise<void> {
  const activation = lastActivation.then(() => activateNow(name, adapter));
  lastActivation = activation.catch(() => {});
  return activation;
}

function describeAdapter(adapter: GPUAdapter): string {
  const { description, vendor } = adapter.info;
  return description || vendor || "an unnamed adapter";
}

/**
 * Opens a backend and makes it current in this thread.
 *
 * `auto` selects WebGPU if there is a hardware adapter that solves a small problem, else WebAssembly. A
 * software adapter is slower than WebAssembly, so it needs an explicit `webgpu`.
 *
 * @param wanted The backend, or `auto`. @default {"auto"}
 * @returns The backend in use, and the reason for its choice.
 * @throws {StrayError} `backend` If the requested backend is not available.
 */
export async function openBackend(wanted: BackendName | "auto" = "auto"): Promise<Backend> {
  const asked = "it was asked for";
  const processor = `${navigator.hardwareConcurrency} cores`;
  if (wanted === "cpu" || wanted === "wasm") {
    await activate(wanted, "");
    return { name: wanted, device: processor, reason: asked, software: false };
  }
  const adapter = await requestAdapter();
  const software = typeof adapter !== "string" && adapter.info.isFallbackAdapter;
  const device = typeof adapter === "string" ? adapter : describeAdapter(adapter);
  if (wanted === "webgpu") {
    await activate("webgpu", adapter);
    return { name: "webgpu", device, reason: asked, software };
  }
  const fault = typeof adapter === "string"
    ? adapter
    : software
    ? `the only WebGPU adapter is software (${device})`
    : await findFault(adapter);
  if (fault === undefined) {
    return { name: "webgpu", device, reason: "there is a hardware WebGPU adapter", software };
  }
  await activate("wasm", "");
  return { name: "wasm", device: processor, reason: fault, software: false };
}

/** Makes WebGPU current, and tells if it computes wrong numbers there. */
async function findFault(adapter: GPUAdapter): Promise<string | undefined> {
  await activate("webgpu", adapter);
  const { quickTest } = await import("./self_test.ts");
  const { name, passed } = await quickTest();
  return passed
    ? undefined
    : `the WebGPU adapter computes wrong numbers (${describeAdapter(adapter)}: ${name})`;
}
