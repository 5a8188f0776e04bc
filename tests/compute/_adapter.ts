/** Skips tests of WebGPU without an adapter. */

/** The reason for skipping, or `false`. */
export const NO_ADAPTER: string | false = await navigator.gpu?.requestAdapter()
  ? false
  : "no WebGPU adapter";

/**
 * Registers a test that needs a WebGPU adapter; without one it is skipped, with the reason in its name.
 *
 * @param name The name.
 * @param fn The test.
 */
export function webgpuTest(name: string, fn: () => Promise<void>): void {
  Deno.test({
    name: NO_ADAPTER ? `${name} (skipped: ${NO_ADAPTER})` : name,
    ignore: NO_ADAPTER !== false,
    // tfjs's device lives as long as the process.
    sanitizeResources: false,
    fn,
  });
}
