/** Seeded random numbers: the one generator that is passed along wherever chance is needed. */

import { xoroshiro128plus, xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";

/**
 * A stream of random numbers that one seed determines, the same on every machine.
 *
 * Source: xoroshiro128+ (Blackman and Vigna 2018, arXiv 1805.01407), from `pure-rand`.
 *
 * @example
 * ```ts
 * import { Random } from "./random.ts";
 *
 * const a = new Random(7);
 * const b = Random.fromState(a.state);
 * if (a.uniform() !== b.uniform()) throw new Error("two generators of one state differ");
 * ```
 */
export class Random {
  #generator: RandomGenerator;
  #spare: number | undefined;

  /**
   * Starts a stream.
   *
   * @param seed Any 32-bit integer.
   */
  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed | 0);
  }

  /** The state, for a checkpoint: four integers, and the spare normal deviate where there is one. */
  get state(): readonly number[] {
    const words = this.#generator.getState();
    return this.#spare === undefined ? [...words] : [...words, this.#spare];
  }

  /**
   * The generator that goes on from a saved state.
   *
   * @param state What {@linkcode Random.state} gave.
   * @returns A generator whose next numbers are those that the saved one would have given.
   */
  static fromState(state: readonly number[]): Random {
    const random = new Random(0);
    random.#generator = xoroshiro128plusFromState(state.slice(0, 4));
    random.#spare = state[4];
    return random;
  }

  /**
   * An independent generator, for a part of the work that may draw any number of values.
   *
   * @returns A generator seeded by this one.
   */
  fork(): Random {
    return new Random(this.#generator.next());
  }

  /**
   * An independent generator, good from its first number on.
   *
   * The first numbers of a generator from a seed are close to functions of the seed; those of one with
   * a whole random state are not. For when there are many generators that give few numbers each.
   *
   * @returns A generator with a state of 128 random bits.
   */
  split(): Random {
    return Random.fromState(Array.from({ length: 4 }, () => this.#generator.next()));
  }

  /**
   * A uniform deviate.
   *
   * @returns A number in [0, 1) with 24 random bits.
   */
  uniform(): number {
    return (this.#generator.next() >>> 8) / 0x1000000;
  }

  /**
   * A uniform integer.
   *
   * @param below The number of values, 1 to 2^24.
   * @returns An integer in [0, below).
   */
  integer(below: number): number {
    return Math.floor(this.uniform() * below);
  }

  /**
   * A deviate of the standard normal distribution (Marsaglia's polar method, 1964).
   *
   * @returns A number of mean 0 and variance 1.
   */
  normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1, v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s === 0 || s >= 1) continue;
      const scale = Math.sqrt(-2 * Math.log(s) / s);
      this.#spare = v * scale;
      return u * scale;
    }
  }

  /**
   * A random order (Fisher and Yates).
   *
   * @param count How many, 0 to 2^24.
   * @returns The integers 0 to count - 1, shuffled.
   */
  permutation(count: number): Uint32Array {
    const order = Uint32Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const swapped = order[i]!;
      order[i] = order[j]!;
      order[j] = swapped;
    }
    return order;
  }
}
