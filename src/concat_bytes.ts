/** Byte arrays, joined. */

/**
 * Joins byte arrays.
 *
 * @param parts The arrays.
 * @returns A new array of all their bytes, in order.
 *
 * @example
 * ```ts
 * import { concatBytes } from "./concat_bytes.ts";
 *
 * const bytes = concatBytes([Uint8Array.of(1, 2), Uint8Array.of(3)]);
 * if (bytes.join() !== "1,2,3") throw new Error("unexpected bytes");
 * ```
 */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
