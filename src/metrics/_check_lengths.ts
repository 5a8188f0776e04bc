/** Checks of paired arrays. */

/**
 * Checks that two arrays have equal, non-zero lengths.
 *
 * @throws {TypeError} If they do not.
 */
export function checkLengths(
  what: string,
  a: { readonly length: number },
  b: { readonly length: number },
): void {
  if (a.length === b.length && a.length > 0) return;
  throw new TypeError(
    `Cannot ${what} as both must have the same number of values, at least 1: ` +
      `current lengths are ${a.length} and ${b.length}`,
  );
}
