/** Sums of arrays of many lengths, as each member of a group computes them. */

import { StrayError } from "../../src/errors.ts";
import type { ProcessGroup } from "../../src/training/mod.ts";
import { Random } from "../../src/random.ts";

/** A sequence of sums; a message. */
export interface Sums {
  readonly rounds: number;
  /** Rank of the member that fails halfway; none fails without it. */
  readonly failing?: number;
}

/** Longer than one exchange between the members, of doubles as of floats. */
const LONG = 70_000;

/** Sums random numbers that all members know, and checks the sums to the bit. */
export function sumAll({ rounds, failing }: Sums, group: ProcessGroup): void {
  const random = new Random(7);
  for (let round = 0; round < rounds; round++) {
    if (round === rounds / 2 && failing === group.rank) {
      throw new StrayError("value", `Member ${failing} fails`, { hint: "as it was told" });
    }
    const length = round < 2 ? LONG : random.integer(50) === 0 ? 20_000 : random.integer(40);
    const draw = length === LONG ? () => random.uniform() - 0.5 : () => random.normal();
    const all = Array.from({ length: group.size }, () => {
      const values = round % 3 === 0 ? new Float64Array(length) : new Float32Array(length);
      return values.map(draw);
    });
    const wanted = all[0]!.slice();
    for (const values of all.slice(1)) values.forEach((value, i) => wanted[i]! += value);
    const own = all[group.rank]!;
    // Members meet only where there are numbers to sum.
    const posted = length > 0 ? group.post(group.rank === 0 ? round : -1) : () => round;
    group.allReduce(own);
    if (posted() !== round) {
      throw new Error(`member ${group.rank}, round ${round}: member 0 posted ${posted()}`);
    }
    for (let i = 0; i < length; i++) {
      if (own[i] === wanted[i]) continue;
      throw new Error(`member ${group.rank}, round ${round}, ${i}: ${own[i]} is not ${wanted[i]}`);
    }
    if (random.integer(4) === 0) group.barrier();
  }
}
