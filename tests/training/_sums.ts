/** Sums of many lengths, as each member of a group does them. */

import { StrayError } from "../../src/errors.ts";
import type { ProcessGroup } from "../../src/training/mod.ts";
import { Random } from "../../src/random.ts";

/** What is to be added up. */
export interface Sums {
  readonly rounds: number;
  /** The member that fails in the middle, if one is to. */
  readonly failing?: number;
}

/** Adds up random numbers, known to all, and checks the sums to the bit. */
export function addUp({ rounds, failing }: Sums, group: ProcessGroup): void {
  const random = new Random(7);
  for (let round = 0; round < rounds; round++) {
    if (round === rounds / 2 && failing === group.rank) {
      throw new StrayError("value", `Member ${failing} fails`, { hint: "as it was told" });
    }
    // Mostly short, as statistics are; sometimes longer than a slot.
    const length = random.integer(50) === 0 ? 20_000 : random.integer(40);
    const make = round % 3 === 0
      ? (values: number[]) => Float64Array.from(values)
      : (values: number[]) => Float32Array.from(values);
    const all = Array.from(
      { length: group.size },
      () => make(Array.from({ length }, () => random.normal())),
    );
    const wanted = all[0]!.slice();
    for (const values of all.slice(1)) values.forEach((value, i) => wanted[i]! += value);
    const own = all[group.rank]!;
    group.allReduce(own);
    for (let i = 0; i < length; i++) {
      if (own[i] === wanted[i]) continue;
      throw new Error(`member ${group.rank}, round ${round}, ${i}: ${own[i]} is not ${wanted[i]}`);
    }
    if (random.integer(4) === 0) group.barrier();
  }
}
