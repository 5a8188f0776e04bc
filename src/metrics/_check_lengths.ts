/** Two arrays that belong together, value by value. */

/** Throws if two arrays differ in length, or are empty. */
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
