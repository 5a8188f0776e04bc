/** The generator of one drawing of one image. */

import { Random } from "../../random.ts";

/**
 * A generator that the names of what is drawn determine, and nothing else does: not the order of work,
 * not what else is drawn.
 *
 * So an image can be made again alone, and changing one parameter of a recipe leaves the others as they
 * were. Source: the mixing of MurmurHash3 (Appleby 2011, public domain), four words at once.
 *
 * @param names Such as the seed, the class, the index and the parameter.
 * @returns A generator with a state of 128 bits.
 *
 * @example
 * ```ts
 * import { stream } from "./stream.ts";
 *
 * const a = stream(1, "cdm", 7, "source.x"), b = stream(1, "cdm", 7, "source.x");
 * if (a.uniform() !== b.uniform()) throw new Error("two generators of one name differ");
 * ```
 */
export function stream(...names: readonly (string | number)[]): Random {
  const text = names.join("\0");
  let a = 0x9e3779b9, b = 0x243f6a88, c = 0xb7e15162, d = 0x6a09e667;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = b ^ Math.imul(a ^ code, 0x239b961b);
    b = c ^ Math.imul(b ^ code, 0xab0e9789);
    c = d ^ Math.imul(c ^ code, 0x38b34ae5);
    d = a ^ Math.imul(d ^ code, 0xa1e38b93);
  }
  const words = [a ^ (b >>> 15), b ^ (c >>> 13), c ^ (d >>> 16), d ^ (a >>> 14)].map(finish);
  return Random.fromState(words);
}

/** MurmurHash3's finaliser: every bit depends on every bit. */
function finish(word: number): number {
  let x = word;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) | 0;
}
