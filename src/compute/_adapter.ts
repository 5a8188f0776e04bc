/** Finds a WebGPU adapter. */

const RUNTIME_DIRECTORY = "XDG_RUNTIME_DIR";

/**
 * Requests a WebGPU adapter, without noise from drivers.
 *
 * Mesa's Vulkan drivers look for a Wayland socket in `XDG_RUNTIME_DIR` and print errors on stderr if it is
 * unset, as in Slurm jobs, containers and root shells. If the environment may be changed, the variable is
 * a path without sockets meanwhile.
 *
 * @returns The adapter, or a clause on its absence.
 */
export async function requestAdapter(): Promise<GPUAdapter | string> {
  if (!("gpu" in navigator)) return "this Deno has no WebGPU";
  const { state } = await Deno.permissions.query({ name: "env", variable: RUNTIME_DIRECTORY });
  const silence = state === "granted" && Deno.env.get(RUNTIME_DIRECTORY) === undefined;
  if (silence) Deno.env.set(RUNTIME_DIRECTORY, "/dev/null");
  try {
    const adapter = await navigator.gpu.requestAdapter({ powerPreference: "high-performance" });
    return adapter ?? "there is no WebGPU adapter";
  } finally {
    if (silence) Deno.env.delete(RUNTIME_DIRECTORY);
  }
}
