// @ts-nocheck AssemblyScript, compiled by build_codecs.ts
// deno-lint-ignore-file
/**
 * Where things lie in the kernel's memory: tables below 64 KB, above it what malloc gives.
 */

/** 4 quantisation tables of 64 i32, in natural order. */
export const QUANT: usize = 1024;
/** 8 Huffman tables: DC 0 to 3, AC 0 to 3. */
export const HUFF: usize = 4096;
export const HUFF_SIZE: usize = 4096;
/** The coefficients of the block at hand, 64 i32; all 0 between blocks. */
export const BLOCK: usize = 40960;
/** Natural order of the coefficients, 64 bytes; written by the caller. */
export const ZIGZAG: usize = 41472;

const HEAP: usize = 65536;

let top: usize = HEAP;

export function zigzagAt(): usize {
  return ZIGZAG;
}

/** Memory from a stack; 0 if there is none left. */
export function malloc(size: usize): usize {
  const start = top;
  const end = (start + size + 15) & ~15;
  const pages = i32((end + 65535) >> 16) - memory.size();
  if (end < start || (pages > 0 && memory.grow(pages) < 0)) return 0;
  top = end;
  return start;
}

/** Gives back `pointer` and all that was taken after it. */
export function free(pointer: usize): void {
  top = pointer;
}
