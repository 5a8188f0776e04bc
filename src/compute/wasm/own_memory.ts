/** A memory of WebAssembly that only grows. */

import type { KernelMemory } from "./kernel_instance.ts";

/** Bytes of a page, and pages at the start. */
const PAGE_BYTES = 65536, FIRST_PAGES = 16;
/**
 * Addresses are multiples of this, in bytes: a line of the cache. Rows of 16 floats that lie on two lines each
 * make a product that stores them take up to twice as long.
 */
export const ALIGNMENT = 64;

/** Memory for kernels without tfjs, which is freed with the object. */
export class OwnMemory implements KernelMemory {
  readonly memory = new WebAssembly.Memory({ initial: FIRST_PAGES });
  /** End of the memory that is in use, in bytes. */
  #end = ALIGNMENT;

  /** Takes memory at the end; it grows if there is too little. */
  allocate(bytes: number): number {
    const address = this.#end;
    this.#end = Math.ceil((address + bytes) / ALIGNMENT) * ALIGNMENT;
    const missing = Math.ceil((this.#end - this.memory.buffer.byteLength) / PAGE_BYTES);
    if (missing > 0) this.memory.grow(missing);
    return address;
  }

  /** Does nothing: scratch grows seldom, and what it leaves is small. */
  free(): void {}
}
