/** Finds a WebGPU adapter in a browser. */

/** A WebGPU adapter, or the reason why there is none, as a clause. */
export async function requestAdapter(): Promise<GPUAdapter | string> {
  if (!navigator.gpu) return "this browser has no WebGPU";
  return await navigator.gpu.requestAdapter() ?? "there is no WebGPU adapter";
}
