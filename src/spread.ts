/** Some of many indices. */

/**
 * Chooses indices evenly.
 *
 * @param indices The indices.
 * @param most Maximum number to choose.
 * @returns All, or `most` of them in the same order.
 *
 * @example
 * ```ts
 * import { spread } from "./spread.ts";
 *
 * const some = spread(Uint32Array.of(1, 3, 5, 7), 2);
 * if (some.join() !== "1,5") throw new Error("unexpected choice");
 * ```
 */
export function spread(indices: Uint32Array, most: number): Uint32Array {
  const count = Math.min(most, indices.length);
  return Uint32Array.from(
    { length: count },
    (_, i) => indices[Math.floor(i * indices.length / count)]!,
  );
}
