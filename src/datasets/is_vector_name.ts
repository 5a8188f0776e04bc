/** Which sources are lists of vectors by their names. */

/**
 * Whether a name says that a source is CSV, a list of vectors: nothing in its content does.
 *
 * @param name A source as the user gave it, or a part of one.
 * @returns Whether it ends in `.csv` or `.tsv`, packed or not.
 *
 * @example
 * ```ts
 * import { isVectorName } from "./is_vector_name.ts";
 *
 * if (!isVectorName("a.csv.gz#3") || isVectorName("csv.png")) throw new Error("unexpected answer");
 * ```
 */
export function isVectorName(name: string): boolean {
  return /\.(csv|tsv)(\.gz)?(#\d+)?$/i.test(name);
}
