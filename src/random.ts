/** Seeded random numbers. */

import { xoroshiro128plus, xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";

/**
 * A stream of random numbers that its seed determines, the same on every machine.
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

  /** State, for a checkpoint: four integers, and the spare normal deviate if there is one. */
  get state(): readonly number[] {
    const words = this.#generator.getState();
    return this.#spare === undefined ? [...words] : [...words, this.#spare];
  }

  /**
   * Continues from a saved state.
   *
   * @param state State of the saved generator.
   * @returns A generator with the same next numbers as the saved one.
   */
  static fromState(state: readonly number[]): Random {
    const random = new Random(0);
    random.#generator = xoroshiro128plusFromState(state.slice(0, 4));
    random.#spare = state[4];
    return random;
  }

  /**
   * Seeds an independent generator, for a part of the work that draws any number of values.
   *
   * @returns The generator.
   */
  fork(): Random {
    return new Random(this.#generator.next());
  }

  /**
   * Makes an independent generator with a state of 128 random bits.
   *
   * For many generators that give few numbers each: the first numbers of a generator from a 32-bit
   * seed are nearly functions of the seed.
   *
   * @returns The generator.
   */
  split(): Random {
    return Random.fromState(Array.from({ length: 4 }, () => this.#generator.next()));
  }

  /**
   * Draws a uniform deviate.
   *
   * @returns A number in [0, 1) with 24 random bits.
   */
  uniform(): number {
    return (this.#generator.next() >>> 8) / 0x1000000;
  }

  /**
   * Draws a uniform integer.
   *
   * @param below Number of values, 1 to 2^24.
   * @returns An integer in [0, below).
   */
  integer(below: number): number {
    return Math.floor(this.uniform() * below);
  }

  /**
   * Draws a standard normal deviate (Marsaglia's polar method, 1964).
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
   * Draws a random order (Fisher and Yates).
   *
   * @param count Number of integers, 0 to 2^24.
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
