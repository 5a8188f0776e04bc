/** Division of different work among the members of a group. */

import { type ProcessGroup, SINGLE_PROCESS } from "./process_group.ts";

/** Work that one member does for all. */
export interface Task<Result> {
  /** Lengths of the arrays that it makes, by name. */
  readonly lengths: { readonly [Name in keyof Result]: number };
  /** Makes the arrays. */
  compute(): Promise<Result>;
}

/** Arrays by name. */
type Arrays = Record<string, Float32Array>;

/**
 * Does several tasks, each on one member.
 *
 * @param tasks The same on every member.
 * @param group The member. @default {one process}
 * @returns Their arrays, on every member.
 * @throws {BrokenGroupError} If another member has failed.
 */
export async function divideWork<Results extends readonly object[]>(
  tasks: { readonly [Index in keyof Results]: Task<Results[Index]> },
  group: ProcessGroup = SINGLE_PROCESS,
): Promise<Results> {
  const all = tasks as unknown as readonly Task<Arrays>[];
  const results: Arrays[] = [];
  for (const [i, { lengths, compute }] of all.entries()) {
    const zeros = () => Object.entries(lengths).map(([name, n]) => [name, new Float32Array(n)]);
    results.push(i % group.size === group.rank ? await compute() : Object.fromEntries(zeros()));
  }
  results.forEach((arrays, i) => {
    for (const name of Object.keys(all[i]!.lengths)) group.allReduce(arrays[name]!);
  });
  return results as unknown as Results;
}
