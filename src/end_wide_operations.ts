/** The end of 256-bit operations: the engine does not clear what they leave. */

/** Two-byte text, longer than a register. */
const TEXT = "\u2248".repeat(64);

/**
 * Clears the upper halves of the processor's 256-bit registers, in 30 ns.
 *
 * The engine leaves them as packed operations wrote them. On Intel's processors, instructions of the old
 * encoding, which do not know these halves, are slow until then: measured were 80 times for tfjs's square
 * roots, 13 times for `Math.log`, twice for JSON. No operation of JavaScript or WebAssembly clears them by
 * name, but the engine checks two-byte text by 256-bit code that clears them when it returns.
 *
 * @returns True.
 */
export function endWideOperations(): boolean {
  return TEXT.isWellFormed();
}
