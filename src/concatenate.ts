/** Joins arrays of numbers. */

/**
 * Copies arrays into one, in order.
 *
 * @param type Class of the arrays.
 * @param parts The arrays.
 * @returns A new array of their total length.
 *
 * @example
 * ```ts
 * import { concatenate } from "./concatenate.ts";
 *
 * const joined = concatenate(Uint8Array, [Uint8Array.of(1), Uint8Array.of(2, 3)]);
 * if (joined.join() !== "1,2,3") throw new Error("unexpected numbers");
 * ```
 */
export function concatenate<T extends Float32Array | Uint32Array | Uint8Array>(
  type: new (length: number) => T,
  parts: readonly T[],
): T {
  const joined = new type(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
