/** Reports memory exhaustion of tfjs's wasm backend as an error. */

import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { StrayError } from "../../errors.ts";

/** The allocator of the emscripten module. */
interface Allocator {
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/**
 * Makes allocation throw when memory is exhausted: tfjs would write to address 0 instead.
 *
 * @param backend Modified in place: its `_malloc` throws a {@linkcode StrayError} `too_large`.
 */
export function refuseWithoutMemory(backend: BackendWasm): void {
  const allocator = backend.wasm as unknown as Allocator;
  // The first call replaces the function itself.
  allocator._free(allocator._malloc(1));
  const malloc = allocator._malloc;
  allocator._malloc = (bytes) => {
    // Addresses above 2 GiB are negative.
    const address = malloc(bytes) >>> 0;
    if (address !== 0 || bytes === 0) return address;
    throw new StrayError(
      "too_large",
      "Cannot allocate a tensor as all tensors must fit in the 4 GiB of WebAssembly: " +
        `no room is left for ${bytes} bytes`,
      { hint: "use smaller images (--size), a smaller --batch, or a smaller model" },
    );
  };
}
