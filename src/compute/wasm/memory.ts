/** What becomes of tfjs's wasm backend where its memory is at an end. */

import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { StrayError } from "../../errors.ts";

/** The part of the emscripten module that gives memory. */
interface Allocator {
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/**
 * Makes a backend say that there is no memory left: tfjs takes address 0 for an answer, and writes there.
 *
 * @param backend Changed in place. From then on its `_malloc` throws a {@linkcode StrayError} `too_large`.
 */
export function refuseWithoutMemory(backend: BackendWasm): void {
  const allocator = backend.wasm as unknown as Allocator;
  // Its first call puts another function in its own place.
  allocator._free(allocator._malloc(1));
  const malloc = allocator._malloc;
  allocator._malloc = (bytes) => {
    // Addresses above 2 GiB come as negative numbers.
    const address = malloc(bytes) >>> 0;
    if (address !== 0 || bytes === 0) return address;
    throw new StrayError(
      "too_large",
      "Cannot go on as all tensors must fit in the 4 GiB of WebAssembly: " +
        `there are none left for ${bytes} bytes`,
      { hint: "use smaller images (--size), a smaller --batch, or a smaller model" },
    );
  };
}
