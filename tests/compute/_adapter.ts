/** Whether tests of WebGPU can run here. */

/** Why not, or `false`. */
export const NO_ADAPTER: string | false = await navigator.gpu?.requestAdapter()
  ? false
  : "no WebGPU adapter";

/**
 * A test that needs a WebGPU adapter; without one it is skipped, and its name says why.
 *
 * @param name What it shows.
 * @param fn The test.
 */
export function webgpuTest(name: string, fn: () => Promise<void>): void {
  Deno.test({
    name: NO_ADAPTER ? `${name} (skipped: ${NO_ADAPTER})` : name,
    ignore: NO_ADAPTER !== false,
    // The device of tfjs lives as long as the process.
    sanitizeResources: false,
    fn,
  });
}
