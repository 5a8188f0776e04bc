/**
 * Suggestions for mistyped names.
 *
 * No library: fastest-levenshtein 1.0.16 counts swapped neighbours as two edits, and cmpstr 3.3.0,
 * which counts one, takes 15 ms to load.
 */

/**
 * Finds the name that was meant by a mistyped one: the only name that ends with it (`gpu`: `webgpu`), else
 * the nearest by Damerau-Levenshtein distance (insert, delete, replace, swap neighbours), with at most a
 * third of the letters wrong, else the only name that begins with it.
 *
 * @param typed The mistyped name.
 * @param names The valid names.
 * @returns The nearest name, the first of several; undefined if none is near.
 *
 * @example
 * ```ts
 * import { suggest } from "./suggest.ts";
 *
 * if (suggest("epoch", ["batch", "epochs"]) !== "epochs") throw new Error("unexpected name");
 * ```
 */
export function suggest(typed: string, names: readonly string[]): string | undefined {
  const wanted = typed.toLowerCase();
  // One or two letters end many names by chance.
  const ending = wanted.length < 3
    ? []
    : names.filter((name) => name.toLowerCase().endsWith(wanted));
  if (ending.length === 1) return ending[0];
  let best: string | undefined, least = Infinity;
  for (const name of names) {
    const distance = editDistance(wanted, name.toLowerCase());
    const allowed = Math.max(1, Math.floor(Math.max(typed.length, name.length) / 3));
    if (distance > allowed || distance >= least || distance >= name.length) continue;
    best = name;
    least = distance;
  }
  if (best !== undefined || wanted.length < 2) return best;
  const longer = names.filter((name) => name.toLowerCase().startsWith(wanted));
  return longer.length === 1 ? longer[0] : undefined;
}

/**
 * The hint for a mistyped name.
 *
 * @param typed The name as typed.
 * @param names The names that exist.
 * @param otherwise The hint if none is near.
 * @param prefix Text before a suggested name. @default {""}
 * @returns `did you mean NAME?`, or `otherwise`.
 */
export function didYouMean(
  typed: string,
  names: readonly string[],
  otherwise?: string,
  prefix: string = "",
): string | undefined {
  const near = suggest(typed, names);
  return near === undefined ? otherwise : `did you mean ${prefix}${near}?`;
}

/** Number of edits between two words ("optimal string alignment" distance). */
function editDistance(a: string, b: string): number {
  let before: number[] = [], above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, before[j - 2]! + 1);
      }
      row.push(least);
    }
    before = above;
    above = row;
  }
  return above[b.length]!;
}
