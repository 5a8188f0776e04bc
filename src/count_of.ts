/** Numbers of things, in words. */

/**
 * A number of things: `1 image`, `1,000 images`.
 *
 * @param count The number.
 * @param one The noun of one thing.
 * @param many The noun of none and of several.
 */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}
