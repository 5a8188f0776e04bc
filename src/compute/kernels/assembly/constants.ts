// Constants that kernels read from memory, as the module has no data section.

import { MATH_FLOATS, writeMathConstants } from "./math";
import { LINE_FLOATS, writeLineConstants } from "./winograd_lines";

/** Floats that `writeConstants` writes. */
export function constantFloats(): i32 {
  return MATH_FLOATS + LINE_FLOATS;
}

/** Writes the constants; to be called once, before any kernel. */
export function writeConstants(at: usize): void {
  writeMathConstants(at);
  writeLineConstants(at + (<usize> MATH_FLOATS << 2));
}
