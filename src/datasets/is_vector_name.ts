/** Names of CSV files. */

/**
 * Whether a source is CSV, a list of vectors, by its name: its content has no signature.
 *
 * @param name Name of the source, or of a part of it.
 * @returns Whether it ends in `.csv` or `.tsv`, with or without `.gz`.
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
