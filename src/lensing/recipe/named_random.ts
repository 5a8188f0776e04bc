/** Random generators by name. */

import { Random } from "../../random.ts";

/**
 * A generator that depends only on its names, not on the order of work or on other draws.
 *
 * An image can therefore be made again on its own, and changing one parameter of a recipe leaves
 * the others unchanged. Source: the mixing of MurmurHash3 (Appleby 2011, public domain), on four
 * words at once.
 *
 * @param names Names, such as the seed, the class, the index and the parameter.
 * @returns A generator with a state of 128 bits.
 *
 * @example
 * ```ts
 * import { namedRandom } from "./named_random.ts";
 *
 * const a = namedRandom(1, "cdm", 7, "source.x"), b = namedRandom(1, "cdm", 7, "source.x");
 * if (a.uniform() !== b.uniform()) throw new Error("two generators of one name differ");
 * ```
 */
export function namedRandom(...names: readonly (string | number)[]): Random {
  const text = names.join("\0");
  let a = 0x9e3779b9, b = 0x243f6a88, c = 0xb7e15162, d = 0x6a09e667;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = b ^ Math.imul(a ^ code, 0x239b961b);
    b = c ^ Math.imul(b ^ code, 0xab0e9789);
    c = d ^ Math.imul(c ^ code, 0x38b34ae5);
    d = a ^ Math.imul(d ^ code, 0xa1e38b93);
  }
  const words = [a ^ (b >>> 15), b ^ (c >>> 13), c ^ (d >>> 16), d ^ (a >>> 14)].map(finalise);
  return Random.fromState(words);
}

/** The finaliser of MurmurHash3: every output bit depends on every input bit. */
function finalise(word: number): number {
  let x = word;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) | 0;
}
