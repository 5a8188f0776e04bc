/** The memory of tfjs's wasm backend: aligned, and an error where it is exhausted. */

import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { StrayError } from "../../errors.ts";
import { ALIGNMENT } from "./own_memory.ts";

/** The allocator of the emscripten module. */
interface Allocator {
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/**
 * Aligns all memory that tfjs takes, and throws when it is exhausted: tfjs would write to address 0 instead.
 * Its allocator aligns to 8 bytes alone.
 *
 * @param backend Modified in place: its `_malloc` throws a {@linkcode StrayError} `too_large`.
 */
export function manageMemory(backend: BackendWasm): void {
  const allocator = backend.wasm as unknown as Allocator;
  // The first call replaces the functions themselves.
  allocator._free(allocator._malloc(1));
  const { _malloc: malloc, _free: free } = allocator;
  /** Addresses as the allocator returned them, by the aligned address in each. */
  const allocated = new Map<number, number>();
  allocator._malloc = (bytes) => {
    // Addresses above 2 GiB are negative.
    const address = malloc(bytes + ALIGNMENT) >>> 0;
    if (address !== 0) {
      const aligned = Math.ceil(address / ALIGNMENT) * ALIGNMENT;
      allocated.set(aligned, address);
      return aligned;
    }
    throw new StrayError(
      "too_large",
      "Cannot allocate a tensor as all tensors must fit in the 4 GiB of WebAssembly: " +
        `no room is left for ${bytes} bytes`,
      { hint: "use smaller images (--size), a smaller --batch, or a smaller model" },
    );
  };
  allocator._free = (address) => {
    const aligned = address >>> 0;
    free(allocated.get(aligned) ?? aligned);
    allocated.delete(aligned);
  };
}
